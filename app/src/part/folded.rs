//! The forms of a page, each folded behind its name. All go to one action, and one of them may
//! have come back refused.

use super::Token;
use super::field::{Field, summary};
use crate::api::Refused;
use leptos::prelude::*;
use model::Faults;
use std::fmt::Display;

/// One form behind its name. Without its type, of which a page would have a dozen in one.
pub fn folded<V: IntoView + 'static>(
    name: &'static str,
    title: &'static str,
    faults: &Faults,
    body: V,
) -> AnyView {
    let open = !faults.is_empty();
    let body = body.into_any();
    view! {
        <details id=name class="card pad" open=open>
            <summary>{title}</summary>
            {body}
        </details>
    }
    .into_any()
}

/// One of a page's forms, as it was typed or blank.
pub struct Typed<T> {
    /// What its fields and its place in the page are called by.
    pub name: &'static str,
    act: Option<&'static str>,
    /// What was typed.
    pub form: T,
    /// What is wrong with it.
    pub faults: Faults,
}

impl<T> Typed<T> {
    /// A required line of text of this form.
    pub const fn field<'a>(&self, name: &'a str, label: &'a str) -> Field<'a> {
        Field::new(name, label).of(self.name)
    }
}

/// The forms of a page.
pub struct Forms<T> {
    id: String,
    act: String,
    refused: Refused<T>,
    send: Box<dyn Fn(AnyView) -> AnyView>,
}

impl<T: Clone + Default> Forms<T> {
    /// Forms about the thing of that key. `refused` came back, and was to do `act`; `send` is
    /// a form of the page's action around fields.
    pub fn new(
        id: &impl Display,
        refused: &Refused<T>,
        act: &str,
        send: impl Fn(AnyView) -> AnyView + 'static,
    ) -> Self {
        let send = Box::new(send);
        Self { id: id.to_string(), act: act.to_owned(), refused: refused.clone(), send }
    }

    /// The form that does one of these acts. What was refused shows in the form that it was
    /// typed into.
    pub fn typed(&self, name: &'static str, acts: &[&'static str]) -> Typed<T> {
        let Refused { form, faults } = self.refused.where_typed(acts.contains(&self.act.as_str()));
        // Where it does either of several things, its buttons say which.
        let act = match acts {
            [act] => Some(*act),
            _ => None,
        };
        Typed { name, act, form, faults }
    }

    /// What nobody types: whose form it is, what it is about, what it does.
    pub fn hidden(&self, act: Option<&'static str>) -> AnyView {
        let act = act.map(|act| view! { <input type="hidden" name="form[act]" value=act/> });
        view! {
            <Token/>
            <input type="hidden" name="id" value=self.id.clone()/>
            {act}
        }
        .into_any()
    }

    /// A form behind its title, with its fields and buttons.
    pub fn folded<V: IntoView + 'static>(
        &self,
        title: &'static str,
        typed: &Typed<T>,
        fields: V,
    ) -> AnyView {
        let fields = fields.into_any();
        let body = view! {
            {summary(&typed.faults)}
            {self.hidden(typed.act)}
            {fields}
        };
        folded(typed.name, title, &typed.faults, (self.send)(body.into_any()))
    }

    /// The form that does one of these acts, behind its title.
    pub fn one<V: IntoView + 'static>(
        &self,
        name: &'static str,
        title: &'static str,
        acts: &[&'static str],
        fields: impl FnOnce(&Typed<T>) -> V,
    ) -> AnyView {
        let typed = self.typed(name, acts);
        let fields = fields(&typed);
        self.folded(title, &typed, fields)
    }
}
