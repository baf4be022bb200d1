"""The table of contents of the web side: what is guarded, what is served, what fails how."""

from flask import Flask

from ecg_device.web import failures, guards, pages
from ecg_device.web.api import live, status
from ecg_device.web.appliance import Appliance

API = "/api/v1"


def create_app(appliance: Appliance) -> Flask:
    """The WSGI application of one appliance."""
    app = Flask(__name__)
    app.config["TRAP_HTTP_EXCEPTIONS"] = False
    guards.install(app, appliance.hosts)
    failures.install(app)
    app.register_blueprint(pages.routes())
    for part in (status, live):
        app.register_blueprint(part.routes(appliance), url_prefix=API)
    return app
