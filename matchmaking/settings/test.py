"""Settings of the test suite: the real database and broker, Django's outbox for mail, fast password hashes."""

from matchmaking.settings.base import *  # noqa: F403

SECRET_KEY = "tests-only"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
REQUIRE_SECOND_FACTOR = False  # tests sign people in by name; those of the second factor switch it on
POST_OFFICE = {
    "BACKENDS": {"default": "django.core.mail.backends.locmem.EmailBackend"},
    "DEFAULT_PRIORITY": "medium",
}
# A busy machine may need long to create or drop a test database.
DATABASES["default"]["OPTIONS"]["options"] = "-c statement_timeout=120000 -c lock_timeout=10000"  # noqa: F405
# Every test client builds the middleware anew, and WhiteNoise would list all static files each time; the live server of
# the browser tests serves them itself.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]  # noqa: F405
SEARCH_WAIT_SECONDS = 0  # jobs are done by the tests themselves
