"""What has changed from one page to the next, and the next page again from that.

A field that is not told is as it was.  Lists whose entries have names are told by the
entries that are new, and the names of those that stay.
"""

from typing import Any, Final

__all__ = ["changed_page", "changes_of"]

_ADDED: Final = "added"
_GONE: Final = "gone"
_SHOWN: Final = "shown"
_NEW: Final = "new"
_NAMES: Final = ("id", "order_id")
"""Fields that name a row."""

Page = dict[str, Any]


def changes_of(before: Page, after: Page) -> Page:
    """Return what is told of a page to somebody who has seen another.

    >>> changes_of({"view": "cart", "now": 1}, {"view": "cart", "now": 2})
    {'now': 2}
    """
    told = {}
    for name, value in after.items():
        old = before.get(name)
        if name in before and old == value:
            continue
        told[name] = _change(old, value)
    gone = [name for name in before if name not in after]
    return told | ({_GONE: gone} if gone else {})


def changed_page(before: Page, told: Page) -> Page:
    """Return the page after changes, of which `changes_of` tells.

    >>> changed_page({"view": "cart", "now": 1}, {"now": 2})
    {'view': 'cart', 'now': 2}
    """
    gone = told.get(_GONE, ())
    page = {name: before[name] for name in before if name not in gone}
    for name, change in told.items():
        if name != _GONE:
            page[name] = _applied(before.get(name), change)
    return page


def _change(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return changes_of(old, new)
    if isinstance(old, list) and isinstance(new, list):
        return _list_change(old, new)
    return new


def _list_change(old: list[Any], new: list[Any]) -> Any:
    """Return a change of a list, or the whole list where that is as short."""
    if old and len(new) > len(old) and new[: len(old)] == old:
        return {_ADDED: new[len(old) :]}
    key = _key(old) if old and new else None
    if key is not None and key == _key(new):
        known = {row[key]: row for row in old}
        names = [row[key] for row in new]
        fresh = [row for row in new if known.get(row[key]) != row]
        if len(fresh) < len(new) and len(set(names)) == len(names):
            return {_SHOWN: names} | ({_NEW: fresh} if fresh else {})
    if old and not isinstance(old[0], dict):
        gone = [one for one in old if one not in new]
        added = [one for one in new if one not in old]
        moved = [one for one in old if one not in gone] + added
        if moved == new and len(gone) + len(added) < len(new):
            return {_GONE: gone, _ADDED: added}
    return new


def _key(rows: list[Any]) -> str | None:
    """Return the field that names rows."""
    if not isinstance(rows[0], dict):
        return None
    return next((n for n in _NAMES if all(n in row for row in rows)), None)


def _applied(old: Any, change: Any) -> Any:
    if isinstance(old, dict) and isinstance(change, dict):
        return changed_page(old, change)
    if isinstance(old, list) and isinstance(change, dict):
        if _SHOWN in change:
            fresh = change.get(_NEW, [])
            key = _key(old) or "id"
            known = {row[key]: row for row in [*old, *fresh]}
            return [known[name] for name in change[_SHOWN]]
        gone = change.get(_GONE, ())
        return [one for one in old if one not in gone] + change[_ADDED]
    return change
