"""Composition root: settings -> database -> app; nothing else."""

import os

from sqlalchemy import Engine, create_engine

from complaints import tasks as complaint_tasks
from complaints.office import Office
from complaints.photos.storage import storage_from_url
from complaints.rules.rulebooks import Rulebooks
from config import postgres
from config.account import PostgresError
from config.settings import DOTENV, Settings, SettingsError
from configuration import area_following, asset_bringing, category_bringing
from messages.email import mailer_from_url
from messages.letter import PHONE, Carrier, Channel
from messages.outbox import SEND, forgotten
from messages.phone import DevelopmentTexter, texter_from_url
from messages.queue import make_queue
from messages.sending import sender
from messages.ways import Ways
from messages.web_push import DevelopmentPusher, WebPusher
from onboarding import tasks as onboarding_tasks
from onboarding.billing import init_billing
from onboarding.billing.billing import Billing
from onboarding.billing.provider import Provider as CardProvider
from onboarding.commands import init_commands
from onboarding.pages import init_pages
from people.oidc import Provider
from tenants.addresses import Addresses
from tenants.directory import Keeper
from web.app import create_app, utc_now
from web.config import WebConfig
from web.logs import configure_logs
from web.resident.sign_in_oidc import BACK
from web.routes import init_routes

try:
    settings = Settings.from_environment(os.environ, DOTENV)
except SettingsError as error:
    raise SystemExit(str(error)) from None
configure_logs(production=settings.production)
database = postgres.attach(settings)
if database.server:
    postgres.start_on_connect(Engine, database.server)

port = None if settings.front_page_url.count(":") == 1 else settings.port
storage = storage_from_url(settings.evidence_url, data_dir=settings.data_dir, endpoint_url=settings.s3_endpoint_url)
queue = make_queue(database.app_url)
carriers: dict[str, Carrier] = {Channel.EMAIL: mailer_from_url(settings.mail_url, settings.mail_from)}
if settings.sms_url or not settings.production:
    carriers |= dict.fromkeys(PHONE, texter_from_url(settings.sms_url) if settings.sms_url else DevelopmentTexter())
pusher: WebPusher | None = None
if settings.vapid_private_key is not None:
    pusher = (WebPusher if settings.production else DevelopmentPusher)(settings.vapid_private_key, settings.mail_from)
    carriers[Channel.PUSH] = pusher
provider: Provider | None = None
if settings.oidc_issuer and settings.oidc_client_id:
    provider = Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        name=settings.oidc_name,
        redirect_uri=settings.front_page_url.rstrip("/") + BACK,
    )
queue.task(SEND)(sender(carriers, queue))
queue.sweep(forgotten)


def office(engine: Engine) -> Office:
    """What the verbs need from outside themselves."""
    made = Office(
        keeper=Keeper(engine, utc_now),
        rulebooks=Rulebooks(),
        addresses=Addresses(settings.public_scheme, settings.base_host, port),
        storage=storage,
        queue=queue,
        secret=settings.secret_key.encode(),
        ways=Ways(phone=Channel.SMS in carriers),
        push_key=pusher.public_key if pusher else None,
        push_also_here=not settings.production,
        reply_domain=settings.reply_domain,
    )
    complaint_tasks.register(queue, made)
    area_following.register(queue, made)
    asset_bringing.register(queue, made)
    category_bringing.register(queue, made)
    onboarding_tasks.register(queue, made)
    return made


app = create_app(
    WebConfig(
        secret_key=settings.secret_key,
        base_host=settings.base_host,
        scheme=settings.public_scheme,
        port=port,
        production=settings.production,
        trusted_proxies=settings.trusted_proxies,
        also_national=settings.trusted_hosts,
        map_tiles_url=settings.map_tiles_url,
        rate_limits=settings.rate_limits,
        metrics_token=settings.metrics_token,
        hooks_secret=settings.hooks_secret,
        provider=provider,
    ),
    office,
    database_url=database.app_url,
    owner=create_engine(database.owner_url or database.app_url),
)
init_routes(app)
init_pages(app)
cards: CardProvider | None = None
if settings.stripe_api_key is not None:
    cards = CardProvider(settings.stripe_api_key, settings.stripe_api_base, settings.stripe_webhook_secret)
init_billing(app, Billing(settings.billing_from, cards, settings.data_location))
init_commands(
    app,
    start_database=database.server.start if database.server else None,
    refusals=(PostgresError,),
)
