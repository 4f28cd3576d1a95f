//! A firm's profile: from what people type to what is kept, and back.

use crate::site::seal;
use crate::store::{Changes, Mirror};
use app::api::{
    BasicsForm, CertificatesForm, ContactsForm, QualificationRow, ServiceForm, TeamEditForm,
};
use model::{Category, Datum, Discipline, District, Fault, Faults, Minutes, Place};
use pool::contractor::{Basics, Certificates, Contact, Contractor, Paper, Qualification, Service};
use pool::team::{Machine, Team};

/// The most kinds of machine of one team.
const KINDS: usize = 30;

/// Reads 企业信息.
pub fn read_basics(form: &BasicsForm) -> Result<Basics, Faults> {
    let mut faults = Faults::new();
    let name = faults.text("name", &form.name, 60);
    let short = faults.text("short", &form.short, 8);
    let uscc = faults.uscc("uscc", &form.uscc);
    let address = faults.text("address", &form.address, 100);
    match uscc {
        Some(uscc) if faults.is_empty() => Ok(Basics { name, short, uscc, address }),
        _ => Err(faults),
    }
}

/// Reads 值守联系人 as names and phones: two people, two numbers.
pub fn read_contacts(form: &ContactsForm) -> Result<[(String, String); 2], Faults> {
    let mut faults = Faults::new();
    let first = (faults.text("name1", &form.name1, 40), faults.phone("phone1", &form.phone1));
    let second = (faults.text("name2", &form.name2, 40), faults.phone("phone2", &form.phone2));
    if !first.0.is_empty() && first.0 == second.0 {
        faults.note("name2", Fault::SamePerson);
    }
    if !first.1.is_empty() && first.1 == second.1 {
        faults.note("phone2", Fault::Twice);
    }
    faults.done().map(|()| [first, second])
}

/// Keeps contacts aside within `changes`.
pub fn seal_contacts(changes: &mut Changes, contacts: [(String, String); 2]) -> Vec<Contact> {
    contacts
        .into_iter()
        .map(|(name, phone)| Contact { name: seal(changes, &name), phone: seal(changes, &phone) })
        .collect()
}

/// Reads 资质与许可证. Rows that are wholly empty do not count.
pub fn read_certificates(form: &CertificatesForm) -> Result<Certificates, Faults> {
    let mut faults = Faults::new();
    let any = [&form.licence, &form.licence_from, &form.licence_until];
    let licence = if any.iter().all(|t| t.trim().is_empty()) {
        None
    } else {
        let number = faults.text("licence", &form.licence, 40);
        let from = faults.day("licence_from", &form.licence_from);
        let until = faults.day("licence_until", &form.licence_until);
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            faults.note("licence_until", Fault::NotAfter { day: from });
        }
        from.zip(until).map(|(from, until)| Paper { number, from, until })
    };
    let mut qualifications = Vec::new();
    for (i, row) in &form.rows {
        let QualificationRow { category, name, level, number, until } = row;
        if [category, name, level, number, until].iter().all(|t| t.trim().is_empty()) {
            continue;
        }
        let field = |name: &str| format!("rows.{i}.{name}");
        let category = faults.choice::<Category>(&field("category"), category);
        let name = faults.text(&field("name"), name, 60);
        let level = faults.text(&field("level"), level, 20);
        let number = faults.text(&field("number"), number, 40);
        let until = faults.day(&field("until"), until);
        if let (Some(category), Some(until)) = (category, until) {
            // The form asks for the last day alone; the first is not used to judge.
            let paper = Paper { number, from: until.minus(5 * 365), until };
            qualifications.push(Qualification { category, name, level, paper });
        }
    }
    if qualifications.is_empty() && faults.is_empty() {
        faults.note("rows.0.category", Fault::TooFew { min: 1 });
    }
    let works = qualifications.iter().any(|q| q.category.discipline == Discipline::Works);
    if works && licence.is_none() && faults.of("licence").is_none() {
        faults.note("licence", Fault::Missing);
    }
    faults.done().map(|()| Certificates { licence, qualifications })
}

/// Reads 类别、区域与承诺.
pub fn read_service(form: &ServiceForm) -> Result<Service, Faults> {
    let mut faults = Faults::new();
    let categories: Vec<Category> =
        form.categories.keys().filter_map(|key| key.parse().ok()).collect();
    let districts: Vec<District> =
        form.districts.keys().filter_map(|key| key.parse().ok()).collect();
    if categories.is_empty() {
        faults.note("categories", Fault::TooFew { min: 1 });
    }
    if districts.is_empty() {
        faults.note("districts", Fault::TooFew { min: 1 });
    }
    let answer = Minutes(faults.count("answer", &form.answer, 5, 240));
    let arrive = Minutes(faults.count("arrive", &form.arrive, 10, 1440));
    faults.done().map(|()| Service { categories, districts, answer, arrive })
}

/// What the team form says, apart from what the team says about itself.
pub struct TeamEntry {
    /// Name.
    pub name: String,
    /// Base in words.
    pub base_name: String,
    /// Base.
    pub base: Place,
    /// People.
    pub people: u32,
    /// Machines.
    pub machines: Vec<Machine>,
}

/// Reads one team.
pub fn read_team(form: &TeamEditForm) -> Result<TeamEntry, Faults> {
    let mut faults = Faults::new();
    let name = faults.text("name", &form.name, 20);
    let base_name = faults.text("base_name", &form.base_name, 60);
    let datum = Datum::of_form(&form.datum);
    let base = faults.place(&form.lon, &form.lat, datum);
    let people = faults.count("people", &form.people, 1, 2000);
    let mut machines = Vec::new();
    for line in form.machines.lines().filter(|l| !l.trim().is_empty()) {
        let mut words = line.split_whitespace();
        let kind = words.next().unwrap_or_default();
        let count =
            words.next().and_then(|n| n.parse::<u32>().ok()).filter(|n| (1..1000).contains(n));
        match count {
            Some(count) if kind.chars().count() <= 20 && machines.len() < KINDS => {
                machines.push(Machine { kind: kind.to_owned(), count });
            }
            _ => {
                faults.note("machines", Fault::NotANumber);
                break;
            }
        }
    }
    if machines.is_empty() && faults.of("machines").is_none() {
        faults.note("machines", Fault::Missing);
    }
    match base {
        Some(base) if faults.is_empty() => {
            Ok(TeamEntry { name, base_name, base, people, machines })
        }
        _ => Err(faults),
    }
}

/// The kept profile as its forms show it.
pub fn forms(
    mirror: &Mirror,
    firm: &Contractor,
) -> (BasicsForm, ContactsForm, CertificatesForm, ServiceForm) {
    let basics = firm.basics.as_ref().map(|b| BasicsForm {
        name: b.name.clone(),
        short: b.short.clone(),
        uscc: b.uscc.to_string(),
        address: b.address.clone(),
        seen: String::new(),
    });
    let contact = |i: usize| {
        firm.contacts.get(i).map_or_else(Default::default, |c| {
            (mirror.reveal(&c.name).to_owned(), mirror.reveal(&c.phone).to_owned())
        })
    };
    let ((name1, phone1), (name2, phone2)) = (contact(0), contact(1));
    let certificates = firm.certificates.as_ref().map(|c| {
        let licence = c.licence.as_ref();
        let day = |pick: fn(&Paper) -> model::Day| licence.map(|l| pick(l).to_string());
        CertificatesForm {
            seen: String::new(),
            licence: licence.map(|l| l.number.clone()).unwrap_or_default(),
            licence_from: day(|l| l.from).unwrap_or_default(),
            licence_until: day(|l| l.until).unwrap_or_default(),
            rows: c
                .qualifications
                .iter()
                .enumerate()
                .map(|(i, q)| {
                    let row = QualificationRow {
                        category: q.category.key(),
                        name: q.name.clone(),
                        level: q.level.clone(),
                        number: q.paper.number.clone(),
                        until: q.paper.until.to_string(),
                    };
                    (i.to_string(), row)
                })
                .collect(),
        }
    });
    let yes = |key: String| (key, "yes".to_owned());
    let service = firm.service.as_ref().map(|s| ServiceForm {
        seen: String::new(),
        categories: s.categories.iter().map(|c| yes(c.key())).collect(),
        districts: s.districts.iter().map(|d| yes(d.key().to_owned())).collect(),
        answer: s.answer.0.to_string(),
        arrive: s.arrive.0.to_string(),
    });
    (
        basics.unwrap_or_default(),
        ContactsForm { seen: String::new(), name1, phone1, name2, phone2 },
        certificates.unwrap_or_default(),
        service.unwrap_or_default(),
    )
}

/// A kept team as its form shows it.
pub fn team_form(team: &Team) -> TeamEditForm {
    let machines: Vec<String> =
        team.machines.iter().map(|m| format!("{} {}", m.kind, m.count)).collect();
    TeamEditForm {
        seen: String::new(),
        id: team.id.to_string(),
        name: team.name.clone(),
        base_name: team.base_name.clone(),
        lon: format!("{:.6}", team.base.lon.degrees()),
        lat: format!("{:.6}", team.base.lat.degrees()),
        datum: "wgs84".into(),
        people: team.people.to_string(),
        machines: machines.join("\n"),
    }
}
