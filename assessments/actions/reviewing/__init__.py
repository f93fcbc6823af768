"""Steps of a review. Import from the module that has the verb: submitting an assessment imports ``opening``,
and closing a review moves the assessment."""
