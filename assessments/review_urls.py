"""Addresses of reviews and of the schemes they follow."""

from django.urls import URLPattern, path

from assessments.views.reviewing import closing, items, pages, people, results, schemes, talk, visits

ONE = "reviews/<uuid:review>/"
VISIT = f"{ONE}visits/<int:visit>/"
SCHEMES = "organisations/<uuid:organisation>/review-schemes/"

urlpatterns: list[URLPattern] = [
    path("reviews/", pages.reviews, name="reviews"),
    path(ONE, pages.review, name="review"),
    path(f"{ONE}items/<str:item>/", items.review_item, name="review-item"),
    path(f"{ONE}marks/", items.review_mark, name="review-mark"),
    path(f"{ONE}assign/", people.review_assign, name="review-assign"),
    path(f"{ONE}assignments/<int:assignment>/end/", people.review_unassign, name="review-unassign"),
    path(f"{ONE}declare/", people.review_declare, name="review-declare"),
    path(f"{ONE}extend/", people.review_extend, name="review-extend"),
    path(f"{ONE}questions/add/", talk.review_question_ask, name="review-question-ask"),
    path(
        f"{ONE}questions/<int:question>/answer/", talk.review_question_answer, name="review-question-answer"
    ),
    path(f"{ONE}questions/<int:question>/close/", talk.review_question_close, name="review-question-close"),
    path(f"{ONE}opinion/", closing.review_opinion, name="review-opinion"),
    path(f"{ONE}pass/", closing.review_pass, name="review-pass"),
    path(f"{ONE}return/", closing.review_return, name="review-return"),
    path(f"{ONE}visits/add/", visits.site_visit_add, name="site-visit-add"),
    path(VISIT, visits.site_visit, name="site-visit"),
    path(f"{VISIT}clauses/add/", visits.site_visit_clause_add, name="site-visit-clause-add"),
    path(f"{VISIT}clauses/<int:clause>/", visits.site_visit_decide, name="site-visit-decide"),
    path(f"{VISIT}finish/", visits.site_visit_finish, name="site-visit-finish"),
    path(f"{ONE}award/", results.review_award, name="review-award"),
    path(f"{ONE}notice/", results.notice_publish, name="notice-publish"),
    path(f"{ONE}publish/", results.award_publish, name="award-publish"),
    path(f"{ONE}revoke/", results.award_revoke, name="award-revoke"),
    path(f"{ONE}objections/add/", results.objection_add, name="objection-add"),
    path(f"{ONE}objections/<int:objection>/answer/", results.objection_answer, name="objection-answer"),
    path(SCHEMES, schemes.review_schemes, name="review-schemes"),
    path(f"{SCHEMES}add/", schemes.review_scheme_add, name="review-scheme-add"),
    path(f"{SCHEMES}<int:scheme>/", schemes.review_scheme, name="review-scheme"),
]
