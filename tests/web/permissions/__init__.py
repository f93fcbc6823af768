"""The permission table: no address without a row (house rule 5).

``tests/web/test_permissions_of_every_address.py`` walks the URLconf. Every (url name, method) is asked by every
person of ``world.py``; the answer must be the one in the table. It fails for an address without a
row, for a row without an address, and for any answer that is not the expected one. Whatever a
request changed is rolled back before the next, and ``transaction.on_commit`` never runs.

Adding an address
-----------------
One dict per app: accounts.py, hospitals.py, audit.py, rubrics.py, assessments.py, reports.py, each
called ``ROWS``: url name -> ``Row``::

    "comment-resolve": Row(
        kwargs=lambda w: {"assessment": w.draft.public_id, "comment": w.comment.pk},
        post=Ask(expect(others=404, owner=302, colleague=302, director=403), data=lambda w: {"resolved": "1"}),
    ),

- ``kwargs``: from the world to the arguments of the address (left out: none); ``query``: ``?target=3``.
- ``get, post, put, patch, delete``: an ``Ask`` each. A method left out must answer 405 to everybody
  who is signed in (a sample is asked), and send the anonymous to sign-in (``json=True`` on the row: 401 for the anonymous).
- ``Ask(expect(...), data=..., json=..., kwargs=..., headers=...)``: the payload from the world: ``data`` a form
  (files too), ``json`` a JSON body; ``kwargs`` replaces the row's for this method. Give a payload that succeeds for
  whoever may: then 302 or 200 is right for them and wrong for others. ``data=lambda w: {}`` shows that
  a refusal comes before the form is looked at.
- Several questions to one method (a draft and a submitted assessment): ``post=(Ask(...), Ask(...))`` with ``kwargs``.

``expect(others=404, owner=200, ...)`` names the people by their fields in ``world.py``; everybody not
named gets ``others``; the anonymous get ``SIGN_IN`` unless named. An expectation is a status, or
``SIGN_IN`` (302 to the sign-in page). 302 means: somewhere else, but not to sign-in.
``EVERYBODY(200)`` is ``expect(others=200)``.

A row of the HTTP interface is written ``api(kwargs, scopes={"get": "assessments:read"}, get=Ask(...))``: ``scopes`` says
for every method what a key must have been made for ("": any key), and a test tries keys with and without it.

404: the person must not know that it exists. 403: it is visible, but this is not for the person, and a
sentence says why. 405: the address knows no such method.
"""
