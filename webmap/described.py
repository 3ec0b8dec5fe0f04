"""Every address of the API is described beside its code, and read by that description.

``@described`` stands between the route and the function. It refuses whatever the description does not
allow, so that the function only sees what does; ``asked()[PARAMETER]`` is the value, of its own type.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

import flask

from webmap import filters, formats
from webmap.parameters import Parameter, Schema

T = TypeVar("T")
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Description:
    """What an address is for, what it takes and what it answers.

    ``answers`` and ``body`` are JSON Schemas by media type, the usual one first; ``refusals`` are statuses it
    may refuse with beside those that any address has.
    """

    summary: str
    detail: str
    parameters: tuple[Parameter[Any], ...]
    answers: Mapping[str, Schema]
    body: Mapping[str, Schema] = field(default_factory=dict)
    status: int = 200
    refusals: tuple[int, ...] = ()

    def example(self) -> dict[str, str]:
        """Parameters of an address that may be tried."""
        return {each.name: each.example for each in self.parameters if each.example is not None}


class Asked:
    """The values of a request's parameters."""

    def __init__(self, values: Mapping[Parameter[Any], Any]) -> None:
        self._values = values

    def __getitem__(self, parameter: Parameter[T]) -> T:
        return cast(T, self._values[parameter])


def described(
    summary: str,
    *parameters: Parameter[Any],
    answers: Mapping[str, Schema],
    body: Mapping[str, Schema] | None = None,
    status: int = 200,
    refusals: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """Describe a function that answers an address; its docstring says more than the summary."""

    def describe(view: View) -> View:
        names, types = [each.name for each in parameters], tuple(answers)

        @wraps(view)
        def read_first(**values: Any) -> Any:
            arguments = flask.request.args
            filters.only(arguments, names)
            formats.wanted(types)
            flask.g.asked = Asked({each: each.read(arguments) for each in parameters})
            return view(**values)

        detail = inspect.getdoc(view) or ""
        told = Description(summary, detail, parameters, answers, body or {}, status, refusals)
        read_first.described = told  # type: ignore[attr-defined]
        return cast(View, read_first)

    return describe


def asked() -> Asked:
    """What this request asks for."""
    found: Asked = flask.g.asked
    return found


def of(app: flask.Flask, endpoint: str) -> Description | None:
    """How an endpoint is described, or None where it is not."""
    found: Description | None = getattr(app.view_functions[endpoint], "described", None)
    return found
