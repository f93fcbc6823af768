from django.urls import path

from audit import views

urlpatterns = [path("audit/", views.show_trail, name="trail")]
