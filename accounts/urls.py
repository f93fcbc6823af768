from django.urls import path

from accounts.views import own_account, signing_in, tokens

urlpatterns = [
    path("sign-in/", signing_in.show_sign_in, name="sign-in"),
    path("sign-out/", signing_in.do_sign_out, name="sign-out"),
    path("language/", signing_in.switch_language, name="language"),
    path("account/", own_account.show_preferences, name="preferences"),
    path("account/password/", own_account.show_password, name="password"),
    path("account/tokens/", tokens.show_tokens, name="tokens"),
    path("account/tokens/<uuid:token>/revoke/", tokens.revoke, name="token-revoke"),
]
