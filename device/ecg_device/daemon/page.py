"""The page's place in the daemon: what it is given, and where it listens."""

from collections.abc import Iterator
from contextlib import contextmanager

from ecg_device.config import NONE, Config
from ecg_device.daemon.state import State
from ecg_device.daemon.storage import Storage
from ecg_device.health import Health
from ecg_device.live import Broadcast, Requests


@contextmanager
def served(
    config: Config,
    *,
    broadcast: Broadcast,
    requests: Requests,
    storage: Storage,
    state: State,
    health: Health,
) -> Iterator[str | None]:
    """Serves the page meanwhile and gives its address; None: no page is wanted."""
    if config.port == NONE:
        yield None
        return
    from ecg_device.web import Appliance, Server, create_app  # Flask only for who wants a page

    app = create_app(
        Appliance(
            broadcast=broadcast,
            reader=storage.reader,
            edits=storage.submit,
            ask=requests.ask,
            health=health,
            state=state.latest,
            hosts=frozenset(config.hosts),
            most_viewers=config.viewers,
            data=storage.folder,
        )
    )
    server = Server(
        app,
        config.host,
        int(config.port),
        cert=config.tls_cert,
        key=config.tls_key,
        viewers=config.viewers,
    )
    server.start()
    try:
        yield server.url
    finally:
        broadcast.close()  # ends the streams, so that their threads can end
        server.stop()
