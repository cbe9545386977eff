"""The shell of every page: one HTML file that opens offline, requests nothing and runs only its own scripts."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ona.model import OnaError

# What could end the element, start a comment, break a line of script, or not be written as UTF-8 at all.
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
_BREAKS_OUT = re.compile(r"</(?:script|style)|<!--", re.IGNORECASE)


@dataclass(frozen=True)
class Page:
    """A finished page.

    Attributes
    ----------
    html : str
        The whole document.
    """

    html: str

    def save(self, path: str | Path) -> Path:
        """Write the page as UTF-8, whole or not at all, and return where it lies.

        Raises
        ------
        OnaError
            The target is a folder, its folder is not there, or it may not be written.
        """
        target = Path(path)
        data = self.html.encode("utf-8")
        if target.is_dir():
            raise OnaError("that is a folder", file=target, cure="give a file")
        if not target.parent.is_dir():
            raise OnaError(f"there is no folder '{target.parent}'", cure="make it first")
        partial = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            partial.write_bytes(data)  # opened the plain way, so that the umask decides who may read it
            partial.replace(target)
        except OSError as error:
            with suppress(OSError):
                partial.unlink()
            why = (error.strerror or "unknown reason").lower()
            raise OnaError(f"the page could not be written ({why})", file=target, cure="give another place") from error
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        return target


def asset(name: str) -> str:
    """The text of one of this room's own style sheets or scripts, from ``viz/assets``."""
    return resources.files("viz").joinpath("assets", name).read_text(encoding="utf-8")


def embed_json(data: Any) -> Markup:
    r"""Data as JSON that no name in it can break out of.

    Examples
    --------
    >>> print(embed_json({"name": "</script><b>"}))
    {"name":"\u003c/script\u003e\u003cb\u003e"}
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
    return Markup(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def _plain(value: Any) -> Any:
    """A numpy number, flag or array as the plain value JSON knows."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"a page cannot hold a {type(value).__name__}")


def render_page(
    template: str,
    context: Mapping[str, Any],
    *,
    styles: Sequence[str],
    scripts: Sequence[str] = (),
    data: Mapping[str, Any] | None = None,
) -> Page:
    """Fill a template of ``viz/assets`` and seal it with a Content-Security-Policy.

    Parameters
    ----------
    template : str
        File name of a Jinja2 template that extends ``page.html.j2``.
    context : mapping
        Values for the template; every one is escaped. Must hold ``title``.
    styles, scripts : sequence of str
        Texts (not names) of style sheets and scripts, in order. Only these run: the policy lists their hashes.
    data : mapping, optional
        Embedded as ``<script type="application/json" id="NAME">`` for each name.

    Returns
    -------
    Page

    Raises
    ------
    ValueError
        A style sheet or script would end its own element.
    """
    styles, scripts = [_sealed(text) for text in styles], [_sealed(text) for text in scripts]
    environment = Environment(
        loader=PackageLoader("viz", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    policy = (
        f"default-src 'none'; script-src {_hashes(scripts)}; style-src {_hashes(styles)}; img-src data: blob:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )
    html = environment.get_template(template).render(
        **context,
        policy=policy,
        styles=[Markup(style) for style in styles],
        scripts=[Markup(script) for script in scripts],
        data={name: embed_json(value) for name, value in (data or {}).items()},
    )
    return Page(html=html)


def _sealed(text: str) -> str:
    """Line ends as a browser sees them (or the hash would not match), and nothing that ends the element."""
    if _BREAKS_OUT.search(text):
        raise ValueError("a style sheet or script may not hold '</script', '</style' or '<!--'")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _hashes(texts: Sequence[str]) -> str:
    """Hashes of inline texts for a Content-Security-Policy; ``'none'`` where there are none."""
    digests = [base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") for text in texts]
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
