"""Signing in and out, and a new password of one's own."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from nguon.accounts.doors import desk
from nguon.accounts.services import SAMPLE_PEOPLE


class SignIn(LoginView):
    """Name and password; in the demonstration also a button for each sample person."""

    template_name = "accounts/sign_in.html"
    next_page = "/desk/"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and whom the demonstration offers."""
        context = super().get_context_data(**kwargs)
        context["samples"] = _offer_samples() if settings.NGUON_DEMO else []
        return context


class SignOut(LogoutView):
    """Ends the session; by POST only."""

    next_page = "/"


class ChangePassword(PasswordChangeView):
    """The present password, and the new one twice. Other sessions of the person end with it."""

    template_name = "accounts/password.html"
    success_url = "/desk/"

    def form_valid(self, form: Form) -> HttpResponse:
        """Keep it, and say so on the next page."""
        messages.success(self.request, _("Your password is changed. Sign in with it elsewhere."))
        return super().form_valid(form)

    def form_invalid(self, form: Form) -> HttpResponse:
        """The form again, with what is wrong; refused as a form, not with a status of success."""
        response = super().form_invalid(form)
        response.status_code = 400
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and what is wrong with it by field."""
        context = super().get_context_data(**kwargs)
        found = context["form"].errors.as_data()
        codes = {error.code for errors in found.values() for error in errors}
        context["wrong_old"] = "old_password" in found
        context["wrong_twice"] = "password_mismatch" in codes
        context["weak"] = "new_password2" in found and not context["wrong_twice"]
        return context


change_password = desk(ChangePassword.as_view())


def _offer_samples() -> list[dict[str, str]]:
    names = [username for username, *_ in SAMPLE_PEOPLE]
    there = set(
        get_user_model().objects.filter(username__in=names).values_list("username", flat=True)
    )
    return [
        {"username": username, "name": name, "organisation": organisation, "role": role}
        for username, name, organisation, role in SAMPLE_PEOPLE
        if username in there
    ]


@require_POST
def sign_in_sample(request: HttpRequest, username: str) -> HttpResponse:
    """Be a sample person; only in the demonstration."""
    names = {name for name, *_ in SAMPLE_PEOPLE}
    user = get_user_model().objects.filter(username=username).first()
    if not settings.NGUON_DEMO or username not in names or user is None:
        raise Http404
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()})
    return HttpResponseRedirect(target if safe and target else "/desk/")
