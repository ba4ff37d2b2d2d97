use headless_chrome::protocol::cdp::Input;
use headless_chrome::protocol::cdp::Input::DispatchMouseEventTypeOption as Kind;

use super::Page;

impl Page {
    /// Drags the mouse over the first element that matches, at half its height, from one part of
    /// its width to another.
    pub fn drag(&self, selector: &str, from: f64, to: f64) {
        let element = self.tab.find_element(selector).expect("the element is there");
        element.scroll_into_view().expect("it can be seen");
        let place = self.evaluate(&format!(
            "(it => [it.x, it.y + it.height / 2, it.width])(
                document.querySelector({selector:?}).getBoundingClientRect())"
        ));
        let [x, y, width]: [f64; 3] = serde_json::from_value(place).expect("numbers");
        let at = |part: f64| x + part * width;
        self.mouse(Kind::MouseMoved, at(from), y);
        self.mouse(Kind::MousePressed, at(from), y);
        self.mouse(Kind::MouseMoved, at((from + to) / 2.0), y);
        self.mouse(Kind::MouseMoved, at(to), y);
        self.mouse(Kind::MouseReleased, at(to), y);
    }

    fn mouse(&self, kind: Kind, x: f64, y: f64) {
        let event = Input::DispatchMouseEvent {
            Type: kind,
            x,
            y,
            button: Some(Input::MouseButton::Left),
            click_count: Some(1),
            modifiers: None,
            timestamp: None,
            buttons: None,
            force: None,
            tangential_pressure: None,
            tilt_x: None,
            tilt_y: None,
            twist: None,
            delta_x: None,
            delta_y: None,
            pointer_Type: None,
        };
        self.tab.call_method(event).expect("the mouse moves");
    }
}
