"""Tokens: the same check for sockets and for REST."""

import os
from urllib.parse import parse_qs

import jwt

from store import Refused

SECRET = os.environ.get("JWT_SECRET", "development")


def user_of(token: str | None) -> int:
    try:
        claims = jwt.decode(token or "", SECRET, algorithms=["HS256"], options={"verify_sub": False})
        return int(claims["sub"])
    except (jwt.InvalidTokenError, KeyError, ValueError):
        raise Refused(401, "Unauthorized") from None


def token_in(environ: dict, auth: dict | None) -> str | None:
    """The auth object, the Authorization header, or the query, in this order."""
    if isinstance(auth, dict) and auth.get("token"):
        return auth["token"]
    header = environ.get("HTTP_AUTHORIZATION", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ")
    return parse_qs(environ.get("QUERY_STRING", "")).get("token", [None])[0]
