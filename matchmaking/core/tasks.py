"""The doorbell's other end. At least once: a bell that rings twice finds the work done."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from post_office.mail import send_queued_mail_until_done

from matchmaking.core import jobs, mailing, rates


@shared_task(name="core.relay")
def relay() -> int:
    """Claim due jobs and hand them out."""
    return jobs.relay()


@shared_task(name="core.run_job")
def run_job(*, job_id: int) -> bool:
    """Do one job of the ledger."""
    return jobs.run(job_id)


@shared_task(name="core.send_queued_mail")
def send_queued_mail() -> None:
    """Send what waits in the mail queue; the queue's own lock keeps two senders apart."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    send_queued_mail_until_done(lockfile=str(settings.DATA_DIR / "mail-queue"), processes=1)
    mailing.forget_secrets()
    mailing.forget_last_mail()


@shared_task(name="core.forget_old_mail")
def forget_old_mail() -> int:
    """Daily; what is gone already is passed over."""
    return mailing.forget_old_mail(timezone.now())


@shared_task(name="core.forget_old_rates")
def forget_old_rates() -> int:
    """Daily; what is gone already is passed over."""
    return rates.forget_old(timezone.now())


@jobs.handler("core.delete_files")
def delete_files(*, names: list[str]) -> None:
    """At least once."""
    mailing.delete_files(names)
