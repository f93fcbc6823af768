from django.urls import path

from assessments.views import awards, exporting, offline

urlpatterns = [
    path("assessments/<uuid:assessment>/offline/", offline.offline, name="offline"),
    path("assessments/<uuid:assessment>/offline/export/", offline.offline_export, name="offline-export"),
    path("submissions/import/", offline.submissions_import, name="submissions-import"),
    path("awards/", awards.awards, name="awards"),
    path("awards/export/", awards.awards_export, name="awards-export"),
    path("awards/import/", awards.awards_import, name="awards-import"),
    path("awards/import/apply/", awards.awards_apply, name="awards-apply"),
    path("exports/", exporting.exports, name="exports"),
    path("exports/run/", exporting.export_run, name="export-run"),
    path("exports/new/", exporting.export_template_new, name="export-template-new"),
    path("exports/<uuid:template>/", exporting.export_template, name="export-template"),
    path("exports/<uuid:template>/remove/", exporting.export_template_remove, name="export-template-remove"),
]
