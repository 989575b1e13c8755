"""Settings as the environment decides them, each read by a process of its own."""

from __future__ import annotations

import json
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = """
    DEBUG SECRET_KEY ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS DATA_DIR DATABASES CACHES CELERY_BROKER_URL SITE_URL
    DEFAULT_FROM_EMAIL MAIL_TRANSPORT EMAIL_HOST EMAIL_PORT EMAIL_USE_TLS EMAIL_HOST_USER EMAIL_HOST_PASSWORD
    EMAIL_BACKEND POST_OFFICE JOB_LEASE_SECONDS REVIEW_WORKING_DAYS ANSWER_WORKING_DAYS LOGGING SHOW_SAMPLE_LOGINS
    SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SESSION_COOKIE_NAME CSRF_COOKIE_NAME SECURE_HSTS_SECONDS STATIC_ROOT
    SECURE_SSL_REDIRECT SECURE_PROXY_SSL_HEADER SESSION_COOKIE_HTTPONLY STORAGES WHITENOISE_USE_FINDERS MEDIA_ROOT
    LANGUAGE_CODE TIME_ZONE USE_TZ CELERY_TASK_ACKS_LATE CELERY_BROKER_TRANSPORT_OPTIONS SESSION_COOKIE_AGE
    REQUIRE_SECOND_FACTOR ALLAUTH_TRUSTED_PROXY_COUNT
"""
READ = f"""
import json, sys
from django.conf import settings
values = {{name: getattr(settings, name, None) for name in {NAMES.split()!r}}}
json.dump(values, sys.stdout, default=str)
"""
CASES: dict[str, dict[str, str]] = {
    "bare": {},
    "example": {},  # filled from .env.example below
    "real": {
        "ALLOWED_HOSTS": "matching.example,www.matching.example",
        "BEHIND_HTTPS_PROXY": "true",
        "CSRF_TRUSTED_ORIGINS": "https://matching.example",
        "DATABASE_URL": "postgres://user:p%40ss%2Fword@db.example:6432/portal?sslmode=require&options=-c%20search_path%3Dmatching",
        "REDIS_URL": "redis://:secret@cache.example:6380/2/",
        "MAIL_FROM": "office@matching.example",
        "MAIL_URL": "smtp+tls://mailer:p%40ss@mail.example:587",
        "SITE_URL": "https://matching.example/",
        "PORTAL_DATA": "/srv/portal/../portal/data",
        "JOB_LEASE_SECONDS": "90.5",
        "STATEMENT_TIMEOUT_MS": "60000",
        "REVIEW_WORKING_DAYS": "3",
        "ANSWER_WORKING_DAYS": "7",
        "LOG_LEVEL": "ERROR",
        "TRUSTED_PROXIES": "2",
    },
    "trial": {"DEBUG": "true", "BEHIND_HTTPS_PROXY": "true"},
    "socket": {"DATABASE_URL": "postgres://postgres@/portal?host=%2Frun%2Fpg&connect_timeout=9"},
}


def environment(**given: str) -> dict[str, str]:
    ours = {"PATH", "HOME", "LANG", "LD_LIBRARY_PATH"}
    kept = {name: value for name, value in os.environ.items() if name in ours}
    return (
        kept | {"SECRET_KEY": string.ascii_letters, "DJANGO_SETTINGS_MODULE": "matchmaking.settings"} | given
    )


def python(*words: str, **given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment(**given),
        capture_output=True,
        text=True,
        check=False,
    )


def example() -> dict[str, str]:
    lines = [
        line.split("=", 1) for line in (ROOT / ".env.example").read_text("utf-8").splitlines() if "=" in line
    ]
    return {name.strip(): value.strip() for name, value in lines if not name.startswith("#")}


def read(case: str) -> dict[str, Any]:
    given = {**example(), "SECRET_KEY": string.ascii_letters} if case == "example" else CASES[case]
    done = python("-c", READ, **given)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def seen() -> Iterator[dict[str, dict[str, Any]]]:
    """All cases, read two at a time."""
    with ThreadPoolExecutor(2) as pool:
        yield dict(zip(CASES, pool.map(read, CASES), strict=True))


def test_without_an_environment_everything_is_shut_and_local(seen: dict[str, dict[str, Any]]) -> None:
    bare = seen["bare"]
    assert (bare["DEBUG"], bare["SHOW_SAMPLE_LOGINS"], bare["WHITENOISE_USE_FINDERS"]) == (
        False,
        False,
        False,
    )
    assert bare["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert bare["DATA_DIR"] == str(ROOT / "var")
    assert bare["DATABASES"]["default"]["NAME"] == "portal"
    assert bare["SITE_URL"] == "http://localhost:8000"
    assert bare["MAIL_TRANSPORT"] == "django.core.mail.backends.dummy.EmailBackend"
    assert bare["EMAIL_BACKEND"] == "post_office.EmailBackend"
    assert (bare["REVIEW_WORKING_DAYS"], bare["ANSWER_WORKING_DAYS"], bare["JOB_LEASE_SECONDS"]) == (5, 5, 60)
    assert bare["LOGGING"]["root"]["level"] == "WARNING"


def test_the_example_file_as_it_is_means_the_defaults(seen: dict[str, dict[str, Any]]) -> None:
    """Its empty lines are "not given": data must not land in the folder where somebody happens to stand."""
    different = {
        name: (seen["example"][name], value)
        for name, value in seen["bare"].items()
        if seen["example"][name] != value and name != "ALLOWED_HOSTS"
    }
    assert different == {}
    assert seen["example"]["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1"]


def test_the_example_file_names_every_variable_that_is_read() -> None:
    source = (ROOT / "matchmaking" / "settings" / "base.py").read_text("utf-8")
    known = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source.replace("'", '"')))
    assert len(known) >= 15
    assert known - set(example()) == set()


def test_the_database_address_is_taken_apart_with_its_options(seen: dict[str, dict[str, Any]]) -> None:
    database = seen["real"]["DATABASES"]["default"]
    where = {name: database[name] for name in ("HOST", "PORT", "NAME", "USER", "PASSWORD")}
    assert where == {
        "HOST": "db.example",
        "PORT": 6432,
        "NAME": "portal",
        "USER": "user",
        "PASSWORD": "p@ss/word",
    }
    options = database["OPTIONS"]
    assert (options["sslmode"], options["connect_timeout"]) == ("require", 3)
    assert options["options"] == "-c statement_timeout=60000 -c lock_timeout=3000 -c search_path=matching"


def test_a_socket_is_an_address_too_and_its_own_patience_counts(seen: dict[str, dict[str, Any]]) -> None:
    database = seen["socket"]["DATABASES"]["default"]
    assert (database["USER"], database["NAME"]) == ("postgres", "portal")
    assert "/run/pg" in (database["HOST"], database["OPTIONS"].get("host"))
    assert str(database["OPTIONS"]["connect_timeout"]) == "9"
    assert database["ENGINE"] == "django.db.backends.postgresql"


def test_mail_leaves_by_the_given_server_in_two_steps(seen: dict[str, dict[str, Any]]) -> None:
    real = seen["real"]
    assert real["EMAIL_BACKEND"] == "post_office.EmailBackend"
    assert real["POST_OFFICE"]["BACKENDS"] == {"default": "django.core.mail.backends.smtp.EmailBackend"}
    assert (real["EMAIL_HOST"], real["EMAIL_PORT"], real["EMAIL_USE_TLS"]) == ("mail.example", 587, True)
    assert (real["EMAIL_HOST_USER"], real["EMAIL_HOST_PASSWORD"]) == ("mailer", "p@ss")
    assert real["DEFAULT_FROM_EMAIL"] == "office@matching.example"


def test_whatever_else_is_given_is_used(seen: dict[str, dict[str, Any]]) -> None:
    real = seen["real"]
    assert real["ALLOWED_HOSTS"] == ["matching.example", "www.matching.example"]
    assert real["CSRF_TRUSTED_ORIGINS"] == ["https://matching.example"]
    assert real["SITE_URL"] == "https://matching.example"
    assert (real["DATA_DIR"], real["STATIC_ROOT"]) == ("/srv/portal/data", "/srv/portal/data/static")
    assert real["MEDIA_ROOT"] == "/srv/portal/data/media"
    assert real["JOB_LEASE_SECONDS"] == 90.5
    assert (real["REVIEW_WORKING_DAYS"], real["ANSWER_WORKING_DAYS"]) == (3, 7)
    assert real["LOGGING"]["root"]["level"] == "ERROR"
    assert (real["REQUIRE_SECOND_FACTOR"], real["ALLAUTH_TRUSTED_PROXY_COUNT"]) == (True, 2)


def test_behind_a_proxy_everything_is_https(seen: dict[str, dict[str, Any]]) -> None:
    real = seen["real"]
    on = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_HTTPONLY")
    assert {name: real[name] for name in on} == dict.fromkeys(on, True)
    assert real["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert real["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert (real["SESSION_COOKIE_NAME"], real["CSRF_COOKIE_NAME"]) == ("__Host-sessionid", "__Host-csrftoken")


@pytest.mark.parametrize("case", ["bare", "trial"])
def test_elsewhere_nobody_trusts_a_header_that_anybody_can_send(
    case: str, seen: dict[str, dict[str, Any]]
) -> None:
    assert (seen[case]["SECURE_PROXY_SSL_HEADER"], seen[case]["SECURE_SSL_REDIRECT"]) == (None, False)
    assert seen[case]["SESSION_COOKIE_NAME"] == "sessionid"


def test_staff_need_a_second_factor_unless_it_is_a_trial(seen: dict[str, dict[str, Any]]) -> None:
    assert {case: values["REQUIRE_SECOND_FACTOR"] for case, values in seen.items()} == {
        "bare": True,
        "example": True,
        "real": True,
        "trial": False,
        "socket": True,
    }
    assert (seen["bare"]["ALLAUTH_TRUSTED_PROXY_COUNT"], seen["trial"]["ALLAUTH_TRUSTED_PROXY_COUNT"]) == (
        0,
        1,
    )


def test_a_trial_shows_more(seen: dict[str, dict[str, Any]]) -> None:
    trial = seen["trial"]
    assert (trial["DEBUG"], trial["SHOW_SAMPLE_LOGINS"], trial["WHITENOISE_USE_FINDERS"]) == (
        True,
        True,
        True,
    )
    assert trial["LOGGING"]["root"]["level"] == "INFO"
    assert "Manifest" not in trial["STORAGES"]["staticfiles"]["BACKEND"]
    assert "Manifest" in seen["real"]["STORAGES"]["staticfiles"]["BACKEND"]


@pytest.mark.parametrize("case", list(CASES))
def test_what_does_not_depend_on_the_machine(case: str, seen: dict[str, dict[str, Any]]) -> None:
    found = seen[case]
    assert (found["LANGUAGE_CODE"], found["TIME_ZONE"], found["USE_TZ"]) == ("ja", "Asia/Tokyo", True)
    assert found["CELERY_TASK_ACKS_LATE"] is True
    assert (
        found["CELERY_BROKER_TRANSPORT_OPTIONS"]["ack_emulation"] is False
    )  # nothing to put back without a broker
    assert found["CELERY_BROKER_TRANSPORT_OPTIONS"]["max_retries"] == 0
    assert found["SESSION_COOKIE_AGE"] == 12 * 3600


def test_without_a_secret_key_nothing_is_signed_and_the_log_says_why() -> None:
    code = "import django; django.setup(); from django.core.signing import dumps; print(dumps('x'))"
    done = python("-c", code, SECRET_KEY="")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().splitlines()[-1].endswith("The SECRET_KEY setting must not be empty.")


@pytest.mark.parametrize(("name", "value"), [("STATEMENT_TIMEOUT_MS", "ten"), ("DEBUG", "perhaps")])
def test_a_value_that_makes_no_sense_never_opens_anything(name: str, value: str) -> None:
    done = python("-c", "from django.conf import settings; print(settings.DEBUG)", **{name: value})
    assert (done.returncode != 0) or done.stdout.strip() == "False"


def test_the_checks_for_deployment_find_nothing() -> None:
    done = python("-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING", **CASES["real"])
    assert done.returncode == 0, done.stderr
