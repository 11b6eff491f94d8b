"""The door for WSGI servers (Granian)."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from nguon.web.arrivals import Arrivals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nguon.web.settings")
application = Arrivals(get_wsgi_application(), settings.NGUON_POOL // 2)
