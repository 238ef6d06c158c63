"""A small window that offers the files named on the command line to be dragged. Says "ready" when it can be."""

import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

uris = [pathlib.Path(name).resolve().as_uri() for name in sys.argv[1:]]


def give(_widget, _context, data, _info, _time):
    data.set_uris(uris)


def ready(_widget, _event):
    print("ready", flush=True)
    return False


# Without a window manager a popup stands where it is put; the app's window leaves the upper edge free.
window = Gtk.Window(type=Gtk.WindowType.POPUP)
window.set_default_size(120, 40)
window.move(0, 0)
handle = Gtk.EventBox()
handle.add(Gtk.Label(label="Drag me"))
handle.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
handle.drag_source_add_uri_targets()
handle.connect("drag-data-get", give)
handle.connect("drag-end", lambda *_: Gtk.main_quit())
window.connect_after("map-event", ready)
window.add(handle)
window.show_all()
# A drag that nobody ends leaves no process behind.
GLib.timeout_add_seconds(120, Gtk.main_quit)
Gtk.main()
