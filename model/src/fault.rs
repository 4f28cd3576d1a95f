//! What is wrong with what somebody typed, by the field it is about.

use crate::{
    Datum, Day, Expected, Metres, Moment, Money, MoneyFault, Place, PlaceFault, ProjectCode, Uscc,
    UsccFault, read_place,
};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The name of a form field.
pub type Field = String;

/// One thing wrong with one field. `app::text` has a Chinese sentence for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Longer than a file may be.
    FileTooLong {
        /// The most, in MiB.
        mib: u64,
    },
    /// Not a photo or document of the kinds that are taken, or damaged.
    FileKind,
    /// More files than a record may have.
    TooManyFiles {
        /// The most.
        most: usize,
    },
    /// Shorter than the law allows; what would do, in words, with the article.
    BelowLegal {
        /// In words.
        why: String,
    },
    /// A rule does not allow it; in words, with the article.
    AgainstRule {
        /// In words.
        why: String,
    },
    /// The lot is not public, or somebody else's.
    NoSuchLot,
    /// A lot that has its notice can't be left out.
    LotNoticed,
    /// A notice that is out would have to be held again.
    HeldAgain,
    /// No case of that number, or not determined.
    NotDetermined,
    /// The project was approved too long ago for that reason.
    NotYoung,
    /// Nothing has changed.
    Unchanged,
    /// Not a sheet that can be read.
    NotASheet,
    /// Somebody else changed it since the page was read.
    Changed,
    /// More than the determined ceiling allows.
    AboveCeiling {
        /// The ceiling.
        ceiling: Money,
    },
    /// No login: 4–30 lower-case letters and digits.
    NotALogin,
    /// The rule has no value on that day.
    NotInForce,
    /// A text of rules is refused: on which line, and why.
    RulesRefused {
        /// The line.
        line: u32,
        /// Why, in words.
        why: String,
    },
    /// Earlier than the danger was seen.
    BeforeSeen,
    /// Neither a position nor a reason for none.
    PlaceOrReason,
    /// Nothing was given.
    Missing,
    /// Fewer characters than it takes to say something.
    TooShort {
        /// The least number of characters.
        min: u32,
    },
    /// More characters than there is room for.
    TooLong {
        /// The most characters.
        max: u32,
    },
    /// Not a whole number.
    NotANumber,
    /// A number outside its bounds.
    OutOfRange {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// Not a day of the calendar.
    NotADay,
    /// Neither a month nor a day.
    NotExpected,
    /// No project code.
    NotAProjectCode,
    /// Not a time of day.
    NotATime,
    /// Lies in the future, where it can't.
    InFuture,
    /// Lies in the past, where it can't.
    InPast,
    /// Not later than the day that it must follow.
    NotAfter {
        /// That day.
        day: Day,
    },
    /// Later than the last day that is allowed.
    TooLate {
        /// That day.
        day: Day,
    },
    /// Less than its lots come to.
    BelowLots {
        /// What they come to.
        sum: Money,
    },
    /// Says something else than the row above of the same project.
    Contradicts,
    /// None of the choices offered.
    NotAChoice,
    /// At least so many must be given.
    TooFew {
        /// The least.
        min: u32,
    },
    /// Given twice.
    Twice,
    /// No phone number.
    NotAPhone,
    /// No unified social credit code.
    Uscc(UsccFault),
    /// Taken by somebody else.
    Taken,
    /// No amount of money.
    NotMoney,
    /// Money finer than one fen, or too large.
    MoneyRange,
    /// Not a number of degrees.
    NotDegrees,
    /// Longitude and latitude stand in each other's field.
    Swapped,
    /// Outside the city.
    OutsideCity,
    /// Two people are needed, and they must differ.
    SamePerson,
    /// The old password is wrong.
    WrongPassword,
    /// The two entries of the new password differ.
    NotRepeated,
    /// A condition of the law is not met, so the answer must be no.
    ConditionUnmet,
    /// A reason must be written for going on in spite of this.
    ReasonNeeded,
}

/// All that is wrong with a form, field by field, in the order of the form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Faults(Vec<(Field, Fault)>);

impl Faults {
    /// Nothing wrong so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// One fault.
    pub fn one(field: &str, fault: Fault) -> Self {
        Self(vec![(field.to_owned(), fault)])
    }

    /// Notes that `field` has `fault`.
    pub fn note(&mut self, field: &str, fault: Fault) {
        self.0.push((field.to_owned(), fault));
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields and their faults.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Fault)> {
        self.0.iter().map(|(field, fault)| (field.as_str(), fault))
    }

    /// The first fault of a field.
    pub fn of(&self, field: &str) -> Option<&Fault> {
        self.iter().find(|(f, _)| *f == field).map(|(_, fault)| fault)
    }

    /// Appends another form part's faults.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// A login: 4–30 lower-case letters and digits.
    pub fn login(&mut self, field: &str, raw: &str) -> String {
        let login = raw.trim().to_owned();
        let plain = login.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if !plain || !(4..=30).contains(&login.len()) {
            self.note(field, Fault::NotALogin);
        }
        login
    }

    /// An amount in 万元 that must not be nothing.
    pub fn wan(&mut self, field: &str, raw: &str) -> Option<Money> {
        if raw.trim().is_empty() {
            self.note(field, Fault::Missing);
            return None;
        }
        match Money::parse_wan(raw) {
            Ok(Money::ZERO) => self.note(field, Fault::Missing),
            Ok(amount) => return Some(amount),
            Err(MoneyFault::NotANumber) => self.note(field, Fault::NotMoney),
            Err(MoneyFault::TooFine | MoneyFault::TooLarge) => self.note(field, Fault::MoneyRange),
        }
        None
    }

    /// `Ok(())` when nothing is wrong.
    ///
    /// # Errors
    ///
    /// The faults themselves.
    pub fn done(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }

    /// Reads text of at most `max` characters; empty is missing.
    pub fn text(&mut self, field: &str, raw: &str, max: u32) -> String {
        let text = self.optional_text(field, raw, max);
        if text.is_empty() {
            self.note(field, Fault::Missing);
        }
        text
    }

    /// Reads text that must say something: at least `min` characters.
    pub fn reason(&mut self, field: &str, raw: &str, min: u32, max: u32) -> String {
        let text = self.text(field, raw, max);
        if !text.is_empty() && text.chars().count() < min as usize {
            self.note(field, Fault::TooShort { min });
        }
        text
    }

    /// Reads the number of a bank account: 8 to 40 digits, however they are grouped.
    pub fn account(&mut self, field: &str, raw: &str) -> Option<String> {
        let account: String = raw.chars().filter(|c| !c.is_whitespace()).collect();
        let digits = account.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if account.is_empty() {
            self.note(field, Fault::Missing);
            return None;
        }
        if !digits || !(8..=40).contains(&account.len()) {
            let why = "账号是 8 至 40 位数字".into();
            self.note(field, Fault::AgainstRule { why });
            return None;
        }
        Some(account)
    }

    /// Reads text of at most `max` characters that may be left empty.
    pub fn optional_text(&mut self, field: &str, raw: &str, max: u32) -> String {
        let text = raw.trim();
        if text.chars().count() > max as usize {
            self.note(field, Fault::TooLong { max });
        }
        // Control characters have no business in a record; line breaks do.
        text.chars().filter(|c| !c.is_control() || *c == '\n').collect()
    }

    /// Reads a whole number within bounds.
    pub fn number(&mut self, field: &str, raw: &str, min: i64, max: i64) -> i64 {
        let text = raw.trim();
        if text.is_empty() {
            self.note(field, Fault::Missing);
            return min;
        }
        match text.parse::<i64>() {
            Ok(n) if (min..=max).contains(&n) => n,
            Ok(_) => {
                self.note(field, Fault::OutOfRange { min, max });
                min
            }
            Err(_) => {
                self.note(field, Fault::NotANumber);
                min
            }
        }
    }

    /// Reads a whole number within bounds that fits 32 bits.
    pub fn count(&mut self, field: &str, raw: &str, min: u32, max: u32) -> u32 {
        u32::try_from(self.number(field, raw, min.into(), max.into())).unwrap_or(min)
    }

    /// Reads a day.
    pub fn day(&mut self, field: &str, raw: &str) -> Option<Day> {
        let text = raw.trim();
        if text.is_empty() {
            self.note(field, Fault::Missing);
            return None;
        }
        let day = text.parse().ok();
        if day.is_none() {
            self.note(field, Fault::NotADay);
        }
        day
    }

    /// Reads a month or a day.
    pub fn expected(&mut self, field: &str, raw: &str) -> Option<Expected> {
        let text = raw.trim();
        if text.is_empty() {
            self.note(field, Fault::Missing);
            return None;
        }
        let expected = text.parse().ok();
        if expected.is_none() {
            self.note(field, Fault::NotExpected);
        }
        expected
    }

    /// Reads a project code that may be left out.
    pub fn project_code(&mut self, field: &str, raw: &str) -> Option<ProjectCode> {
        if raw.trim().is_empty() {
            return None;
        }
        let code = raw.parse().ok();
        if code.is_none() {
            self.note(field, Fault::NotAProjectCode);
        }
        code
    }

    /// Reads `2026-07-18T07:57` (the browser's own control, Beijing time).
    pub fn moment(&mut self, field: &str, raw: &str) -> Option<Moment> {
        let text = raw.trim();
        if text.is_empty() {
            self.note(field, Fault::Missing);
            return None;
        }
        let read = || {
            let (day, clock) = text.split_once(['T', ' '])?;
            let mut parts = clock.split(':');
            let hour = parts.next()?.parse::<u32>().ok().filter(|h| *h < 24)?;
            let minute = parts.next()?.parse::<u32>().ok().filter(|m| *m < 60)?;
            Some(Moment::at(day.parse().ok()?, hour, minute))
        };
        let moment = read();
        if moment.is_none() {
            self.note(field, Fault::NotATime);
        }
        moment
    }

    /// Reads one of a closed list.
    pub fn choice<T: FromStr>(&mut self, field: &str, raw: &str) -> Option<T> {
        let text = raw.trim();
        if text.is_empty() {
            self.note(field, Fault::Missing);
            return None;
        }
        let choice = text.parse().ok();
        if choice.is_none() {
            self.note(field, Fault::NotAChoice);
        }
        choice
    }

    /// Reads a phone number: a mobile, or a landline with its area code.
    pub fn phone(&mut self, field: &str, raw: &str) -> String {
        let text: String = raw.chars().filter(|c| !c.is_whitespace()).collect();
        if text.is_empty() {
            self.note(field, Fault::Missing);
            return text;
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let mobile = text.len() == 11 && digits.len() == 11 && text.starts_with('1');
        let landline = text.starts_with('0')
            && (10..=12).contains(&digits.len())
            && text.chars().all(|c| c.is_ascii_digit() || c == '-');
        if !mobile && !landline {
            self.note(field, Fault::NotAPhone);
        }
        text
    }

    /// Reads a unified social credit code.
    pub fn uscc(&mut self, field: &str, raw: &str) -> Option<Uscc> {
        if raw.trim().is_empty() {
            self.note(field, Fault::Missing);
            return None;
        }
        match raw.parse() {
            Ok(code) => Some(code),
            Err(fault) => {
                self.note(field, Fault::Uscc(fault));
                None
            }
        }
    }

    /// Reads an amount in yuan.
    pub fn yuan(&mut self, field: &str, raw: &str) -> Money {
        if raw.trim().is_empty() {
            self.note(field, Fault::Missing);
            return Money::ZERO;
        }
        Money::parse_yuan(raw).unwrap_or_else(|fault| {
            let fault = match fault {
                MoneyFault::NotANumber => Fault::NotMoney,
                MoneyFault::TooFine | MoneyFault::TooLarge => Fault::MoneyRange,
            };
            self.note(field, fault);
            Money::ZERO
        })
    }

    /// Reads a place in the city from the fields `lon` and `lat`.
    pub fn place(&mut self, lon: &str, lat: &str, datum: Datum) -> Option<Place> {
        let missing = [("lon", lon), ("lat", lat)].map(|(field, raw)| {
            let missing = raw.trim().is_empty();
            if missing {
                self.note(field, Fault::Missing);
            }
            missing
        });
        if missing.contains(&true) {
            return None;
        }
        match read_place(lon, lat, datum) {
            Ok(place) => Some(place),
            Err(fault) => {
                let (field, fault) = match fault {
                    PlaceFault::LonNotANumber => ("lon", Fault::NotDegrees),
                    PlaceFault::LatNotANumber => ("lat", Fault::NotDegrees),
                    PlaceFault::Swapped => ("lon", Fault::Swapped),
                    PlaceFault::OutsideCity => ("lon", Fault::OutsideCity),
                };
                self.note(field, fault);
                None
            }
        }
    }
}

impl Metres {
    /// `850 米`, `12.3 公里`.
    pub fn name(self) -> String {
        if self.0 < 1000 {
            format!("{} 米", self.0)
        } else {
            format!("{}.{} 公里", self.0 / 1000, self.0 % 1000 / 100)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_bad_form_is_named() {
        let mut faults = Faults::new();
        faults.text("title", "  ", 20);
        faults.reason("why", "好", 5, 200);
        faults.phone("phone", "12345");
        faults.number("people", "三", 1, 9);
        faults.moment("seen", "2026-07-18T25:00");
        faults.place("32.43", "105.84", Datum::Wgs84);
        let fields: Vec<_> = faults.iter().map(|(field, _)| field.to_owned()).collect();
        assert_eq!(fields, ["title", "why", "phone", "people", "seen", "lon"]);
        assert_eq!(faults.of("lon"), Some(&Fault::Swapped));
        assert!(faults.done().is_err());
    }

    #[test]
    fn good_entries_leave_no_fault() {
        let mut faults = Faults::new();
        assert_eq!(faults.phone("a", "138 1234 2210"), "13812342210");
        assert_eq!(faults.phone("b", "0839-3260119"), "0839-3260119");
        let seen = faults.moment("seen", "2026-07-18T07:57").map(Moment::stamp);
        assert_eq!(seen.as_deref(), Some("2026-07-18 07:57"));
        assert_eq!(faults.yuan("sum", "1,200.5"), Money::from_fen(120_050));
        assert_eq!(faults.done(), Ok(()));
    }
}
