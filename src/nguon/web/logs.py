"""Log lines as JSON on standard error, without anything that identifies a visitor."""

from __future__ import annotations

import logging
import re
import sys

import structlog

# Loggers of Django that write addresses, which hold whole codes, as long as anybody sends them.
_TALKATIVE = ("django.request", "django.security.csrf", "django.security.DisallowedHost")


class PlainFilter(logging.Filter):
    """Leaves of Django's lines the words alone; of an answer without a trace not even those.

    Each answer has its own line, with its route, by `web.middleware.LogMiddleware`.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written, and what of it."""
        record.msg = re.split(r"[:(%]", str(record.msg)[:200])[0].strip()
        record.args = ()
        return bool(record.exc_info) or record.name != "django.request"


def configure_logs(level: str = "info") -> None:
    """Set up structlog, and what other libraries log by the standard library.

    Raises ValueError for a level that the standard library does not know.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        if not any(isinstance(one, PlainFilter) for one in logger.filters):
            logger.addFilter(PlainFilter())
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s %(message)s")
