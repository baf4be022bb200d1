"""The table of contents of the web side: what is guarded, what is served, what fails how."""

from flask import Flask
from werkzeug.routing import BaseConverter

from ecg_device.web import failures, guards, pages, watching
from ecg_device.web.api import alarms, exports, live, recordings, sessions, status
from ecg_device.web.appliance import Appliance

API = "/api/v1"


class Id(BaseConverter):
    """The number of a session or recording; anything else is no address at all."""

    regex = "[1-9][0-9]{0,14}"

    def to_python(self, value: str) -> int:
        return int(value)


def create_app(appliance: Appliance) -> Flask:
    """The WSGI application of one appliance."""
    app = Flask(__name__)
    app.url_map.converters["id"] = Id
    app.url_map.merge_slashes = False  # an address has one spelling
    guards.install(app, appliance.hosts)
    failures.install(app)
    app.register_blueprint(pages.routes())
    app.register_blueprint(watching.routes(appliance))
    for part in (status, live, alarms, sessions, exports, recordings):
        blueprint = part.routes(appliance)
        app.register_blueprint(blueprint, url_prefix=API + (blueprint.url_prefix or ""))
    return app
