//! Files dragged onto the window. The window hears where the pointer is; the paths stay here.

use tauri::{DragDropEvent, Manager as _, PhysicalPosition, Window};

use crate::events::{Event, Events};
use crate::offered::Offered;
use crate::views::{DropEvent, DropPhase};

/// Passes a stage of a drag on.
pub fn handle(window: &Window, drag: &DragDropEvent) {
    let told = match drag {
        DragDropEvent::Enter { paths, position } => {
            at(window, DropPhase::Enter, *position, paths.len())
        }
        DragDropEvent::Over { position } => at(window, DropPhase::Over, *position, 0),
        DragDropEvent::Drop { paths, position } => {
            window.state::<Offered>().dropped(paths.clone());
            at(window, DropPhase::Drop, *position, paths.len())
        }
        DragDropEvent::Leave => DropEvent {
            phase: DropPhase::Leave,
            x: 0.0,
            y: 0.0,
            paths: 0,
        },
        // The enum is Tauri's and may grow; a stage that is not known changes nothing.
        _ => return,
    };
    window.state::<Events>().tell(Event::Drop(told));
}

fn at(
    window: &Window,
    phase: DropPhase,
    position: PhysicalPosition<f64>,
    paths: usize,
) -> DropEvent {
    let scale = scale(window);
    DropEvent {
        phase,
        x: position.x / scale,
        y: position.y / scale,
        paths,
    }
}

/// GTK and AppKit tell the place in logical pixels already, whatever the type says.
#[cfg(not(windows))]
fn scale(_window: &Window) -> f64 {
    1.0
}

#[cfg(windows)]
fn scale(window: &Window) -> f64 {
    window.scale_factor().unwrap_or(1.0)
}
