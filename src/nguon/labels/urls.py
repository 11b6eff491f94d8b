"""Addresses of labels and stamps on the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from nguon.labels import offline
from nguon.labels.views import printing, stamps

urlpatterns: list[URLPattern] = [
    path(offline.HOME.lstrip("/"), offline.show_verify, name="verify"),
    path(offline.WORKER_PATH.lstrip("/"), offline.answer_worker, name="verify-worker"),
    path(offline.KEYS_PATH.lstrip("/"), offline.answer_keys, name="stamp-keys"),
    path("desk/stamps/", stamps.list_stamps, name="stamps"),
    path("desk/stamps/order", stamps.order_stamps, name="stamp-order-new"),
    path("desk/stamps/orders/<int:number>/", stamps.show_order, name="stamp-order"),
    path("desk/stamps/runs/<int:number>/", stamps.show_run, name="stamp-run"),
    path("desk/stamps/runs/<int:number>/print", printing.print_stamps, name="stamp-print"),
    path("desk/stamps/import", stamps.import_serials, name="stamp-import"),
    path("desk/stamps/findings/", stamps.list_findings, name="stamp-findings"),
    path(
        "desk/stamps/findings/<int:number>/close",
        stamps.close_finding,
        name="stamp-finding-close",
    ),
    path("desk/labels/", printing.list_labels, name="labels"),
    path("desk/labels/print", printing.print_lot, name="label-print"),
    path("desk/labels/preview.svg", printing.preview, name="label-preview"),
    path("desk/labels/runs/<int:number>/", printing.show_run, name="print-run"),
    path("desk/labels/runs/<int:number>/file.pdf", printing.send_file, name="print-file"),
    path("desk/labels/designs/", printing.list_own_designs, name="designs"),
    path("desk/labels/designs/<str:name>/", printing.edit_design, name="design"),
]
