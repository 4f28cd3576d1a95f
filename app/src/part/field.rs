//! Form fields: a label, a control, and what is wrong with it.

use crate::text;
use leptos::prelude::*;
use model::Faults;

/// What a field is called and how it looks; the rest comes from the form.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    /// Name within the form.
    pub name: &'a str,
    /// Label.
    pub label: &'a str,
    /// A word of help.
    pub hint: &'a str,
    /// Input type, mode or size: `text`, `password`, `datetime-local`, `decimal`, …
    pub kind: &'a str,
    /// Must be filled in.
    pub required: bool,
    /// Where it must be filled in only in some cases: in which.
    pub when: &'a str,
    /// The form that it is in, where a page has several.
    pub form: &'a str,
    /// In a form that asks by its address: its name stands there bare.
    pub bare: bool,
    /// The part of the form that it belongs to, where that has parts.
    pub part: &'a str,
}

impl<'a> Field<'a> {
    /// A required line of text.
    pub const fn new(name: &'a str, label: &'a str) -> Self {
        Self {
            name,
            label,
            hint: "",
            kind: "text",
            required: true,
            when: "",
            form: "",
            bare: false,
            part: "",
        }
    }

    /// A required line of text of a form that asks by its address.
    pub const fn plain(name: &'a str, label: &'a str) -> Self {
        Self { bare: true, ..Self::new(name, label) }
    }

    fn field_name(&self) -> String {
        match (self.bare, self.part) {
            (true, _) => self.name.to_owned(),
            (false, "") => format!("form[{}]", self.name),
            (false, part) => format!("form[{part}][{}]", self.name),
        }
    }

    /// May be left empty.
    pub const fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// Must be filled in in that case only: its label says so.
    pub const fn required_when(mut self, when: &'a str) -> Self {
        self.required = false;
        self.when = when;
        self
    }

    /// In one of several forms of a page, so that labels find their own field.
    pub const fn of(mut self, form: &'a str) -> Self {
        self.form = form;
        self
    }

    /// In a part of its form.
    pub const fn within(mut self, part: &'a str) -> Self {
        self.part = part;
        self
    }

    /// With a word of help.
    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// Of another input type.
    pub const fn kind(mut self, kind: &'a str) -> Self {
        self.kind = kind;
        self
    }

    fn ids(&self) -> (String, String) {
        let id = format!("f-{}-{}", self.form, self.name);
        let note = format!("{id}-note");
        (id, note)
    }

    fn wrap<C: IntoView>(self, faults: &Faults, control: C) -> impl IntoView + use<C> {
        let (id, note) = self.ids();
        let fault = faults.of(self.name).map(text::fault);
        let faulty = fault.is_some();
        let label = self.label.to_owned();
        let hint = self.hint.to_owned();
        let needed = match (self.required, self.when) {
            (true, _) => None,
            (false, "") => Some("（可不填）".to_owned()),
            (false, when) => Some(format!("（{when}）")),
        };
        view! {
            <div class="field" class:faulty=faulty>
                <label for=id>
                    {label}
                    {needed.map(|needed| view! { <span class="soft small">{needed}</span> })}
                </label>
                {control}
                <p class="note" id=note>
                    {fault.map(|fault| view! { <span class="fault">{fault}</span> })}
                    {(!hint.is_empty()).then(|| view! { <span class="soft small">{hint}</span> })}
                </p>
            </div>
        }
    }

    /// A line of text, a number, a date.
    pub fn input(self, faults: &Faults, value: &str) -> impl IntoView + use<> {
        let (id, note) = self.ids();
        let (kind, mode) = match self.kind {
            "decimal" => ("text", Some("decimal")),
            "number" => ("text", Some("numeric")),
            "tel" => ("tel", None),
            kind => (kind, None),
        };
        let autocomplete = match self.name {
            "login" => "username",
            "password" | "old" => "current-password",
            "new" | "again" => "new-password",
            _ => "off",
        };
        let faulty = faults.of(self.name).is_some();
        let control = view! {
            <input
                id=id
                name=self.field_name()
                type=kind.to_owned()
                inputmode=mode
                autocomplete=autocomplete
                value=value.to_owned()
                aria-required=self.required.then_some("true")
                aria-invalid=faulty.then_some("true")
                aria-describedby=note
            />
        };
        self.wrap(faults, control)
    }

    /// Several lines of text.
    pub fn area(self, faults: &Faults, value: &str) -> impl IntoView + use<> {
        let (id, note) = self.ids();
        let faulty = faults.of(self.name).is_some();
        let control = view! {
            <textarea
                id=id
                name=self.field_name()
                rows="3"
                aria-required=self.required.then_some("true")
                aria-invalid=faulty.then_some("true")
                aria-describedby=note
            >
                {value.to_owned()}
            </textarea>
        };
        self.wrap(faults, control)
    }

    /// One of several.
    pub fn select(
        self,
        faults: &Faults,
        value: &str,
        choices: Vec<(String, String)>,
    ) -> impl IntoView + use<> {
        let (id, note) = self.ids();
        let faulty = faults.of(self.name).is_some();
        let value = value.to_owned();
        let options = choices
            .into_iter()
            .map(|(key, name)| {
                let selected = key == value;
                view! { <option value=key selected=selected>{name}</option> }
            })
            .collect_view();
        let control = view! {
            <select
                id=id
                name=self.field_name()
                aria-required=self.required.then_some("true")
                aria-invalid=faulty.then_some("true")
                aria-describedby=note
            >
                <option value="">"请选择"</option>
                {options}
            </select>
        };
        self.wrap(faults, control)
    }

    /// A box to tick.
    pub fn check(self, faults: &Faults, ticked: bool) -> impl IntoView + use<> {
        let (id, note) = self.ids();
        let name = self.field_name();
        let fault = faults.of(self.name).map(text::fault);
        let faulty = fault.is_some();
        let label = self.label.to_owned();
        let hint = self.hint.to_owned();
        view! {
            <div class="field tick" class:faulty=faulty>
                <input id=id.clone() name=name type="checkbox" value="yes" checked=ticked aria-describedby=note.clone()/>
                <label for=id>{label}</label>
                <p class="note" id=note>
                    {fault.map(|fault| view! { <span class="fault">{fault}</span> })}
                    {(!hint.is_empty()).then(|| view! { <span class="soft small">{hint}</span> })}
                </p>
            </div>
        }
    }
}

/// The fault of a field within a row, for a control whose name is nested: faults name it
/// `rows.0.until`, the control `rows][0][until`.
pub fn nested(faults: &Faults, path: &str, name: &str) -> Faults {
    faults.of(path).map_or_else(Faults::new, |fault| Faults::one(name, fault.clone()))
}

/// How many fields are wrong, said at the top of the form.
pub fn summary(faults: &Faults) -> impl IntoView + use<> {
    let count = faults.iter().count();
    (count > 0).then(|| {
        view! {
            <p class="trouble" role="alert">
                {format!("有 {count} 处需要修改，已填内容都还在。")}
            </p>
        }
    })
}

/// One of several to filter a list by, or `all`.
pub fn filter(
    name: &'static str,
    label: &'static str,
    all: &'static str,
    choices: Vec<(String, String)>,
    chosen: &str,
) -> impl IntoView + use<> {
    let options = choices
        .into_iter()
        .map(|(key, name)| {
            let selected = key == chosen;
            view! { <option value=key selected=selected>{name}</option> }
        })
        .collect_view();
    view! { <label>{label}<select name=name><option value="">{all}</option>{options}</select></label> }
}
