from django.urls import path

from reports.views import batches

urlpatterns = [
    path("batches/", batches.batches, name="batches"),
    path("batches/new/", batches.batch_new, name="batch-new"),
    path("batches/<uuid:batch>/", batches.batch, name="batch"),
    path("batches/<uuid:batch>/progress/", batches.batch_progress, name="batch-progress"),
    path("batches/<uuid:batch>/cancel/", batches.batch_cancel, name="batch-cancel"),
    path("batches/<uuid:batch>/retry/", batches.batch_retry, name="batch-retry"),
    path("batches/<uuid:batch>/download/", batches.batch_download, name="batch-download"),
]
