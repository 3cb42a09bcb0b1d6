"""What models and their columns are called, in the language being read.

Django makes those names from the names in the code where none are given. They are looked up like
every other text; the models need not repeat them.
"""

from collections.abc import Iterator

from django.db.models import Field, Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts_app.sentences import english


def words_of(model: type[Model]) -> Iterator[str]:
    """Yield what a model and its columns are called, in English."""
    options = model._meta
    yield english(options.verbose_name)
    yield english(options.verbose_name_plural)
    for field in _named(model):
        yield english(field.verbose_name)


def translate(model: type[Model]) -> None:
    """Have a model and its columns called by their translated names."""
    options = model._meta
    options.verbose_name = gettext_lazy(str(options.verbose_name))
    options.verbose_name_plural = gettext_lazy(str(options.verbose_name_plural))
    for field in _named(model):
        if not isinstance(field.verbose_name, Promise):
            field.verbose_name = gettext_lazy(str(field.verbose_name))


def _named(model: type[Model]) -> Iterator["Field[object, object]"]:
    return (field for field in model._meta.get_fields() if isinstance(field, Field))
