//! The auditor: the journal filtered, one case whole, and taken along.

use crate::site::{Site, broken, who};
use crate::store::{Entry, Mirror, StoreFault};
use app::api::desk::Answer;
use app::api::{ApiError, JournalAsk, JournalLine, JournalPage, Visitor};
use model::{Day, Errand, Faults, Role, Target};
use pool::canon::Seal;
use std::fmt::Write as _;

/// Lines on a page.
const PAGE: usize = 50;
/// Entries read at a time.
const STEP: i64 = 500;
/// Entries that one page looks through before it says how far it came.
const REACH: i64 = 20_000;
/// Entries of one export.
const EXPORT: usize = 100_000;

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One entry a line with its hash, exactly as the chain holds it.
    Lines,
    /// A table for office programs.
    Table,
}

/// What is looked for.
#[derive(Default)]
struct Filter {
    errand: Option<Errand>,
    role: Option<Role>,
    from: Option<Day>,
    to: Option<Day>,
    /// Records of one case, or one record; empty is all.
    subjects: Vec<String>,
}

impl Filter {
    fn read(mirror: &Mirror, ask: &JournalAsk) -> (Self, Faults) {
        let mut faults = Faults::new();
        let mut filter = Self::default();
        if !ask.errand.is_empty() {
            filter.errand = faults.choice("errand", &ask.errand);
        }
        if !ask.role.is_empty() {
            filter.role = faults.choice("role", &ask.role);
        }
        if !ask.from.is_empty() {
            filter.from = faults.day("from", &ask.from);
        }
        if !ask.to.is_empty() {
            filter.to = faults.day("to", &ask.to);
        }
        let case = ask.case.trim();
        if !case.is_empty() {
            match case_subjects(mirror, case) {
                Some(subjects) => filter.subjects = subjects,
                None => faults.note("case", model::Fault::NotAChoice),
            }
        } else if !ask.subject.trim().is_empty() {
            filter.subjects = vec![ask.subject.trim().to_owned()];
        }
        (filter, faults)
    }

    fn fits(&self, entry: &Entry) -> bool {
        let day = entry.at.day();
        self.errand.is_none_or(|errand| entry.errand == errand)
            && self.role.is_none_or(|role| entry.role == role)
            && self.from.is_none_or(|from| day >= from)
            && self.to.is_none_or(|to| day <= to)
            && (self.subjects.is_empty() || self.subjects.contains(&entry.subject))
    }

    /// Nothing older can fit.
    fn is_past(&self, entry: &Entry) -> bool {
        self.from.is_some_and(|from| entry.at.day() < from)
    }
}

/// The records of a case, by its number or key: an emergency with its selections and calls,
/// or a case of the green channel with its approvals.
fn case_subjects(mirror: &Mirror, case: &str) -> Option<Vec<String>> {
    if let Some(c) = mirror.channels.iter().find(|c| c.number == case || c.id.as_str() == case) {
        let tasks = super::channel::tasks_of(mirror, &c.id);
        let tasks = tasks.iter().map(|task| format!("channel_task:{}", task.id));
        return Some(std::iter::once(format!("channel:{}", c.id)).chain(tasks).collect());
    }
    let e = mirror.emergencies.iter().find(|e| e.number == case || e.id.as_str() == case)?;
    let mut subjects = vec![format!("emergency:{}", e.id)];
    subjects.extend(
        mirror
            .selections
            .iter()
            .filter(|s| s.emergency == e.id)
            .map(|s| format!("selection:{}", s.id)),
    );
    subjects.extend(
        mirror
            .dispatches
            .iter()
            .filter(|d| d.emergency == e.id)
            .map(|d| format!("dispatch:{}", d.id)),
    );
    Some(subjects)
}

impl Site {
    /// Entries that fit, newest first, from before `before`; at most `most` of them.
    /// The second value is where to go on, if there may be more.
    async fn found(
        &self,
        filter: &Filter,
        before: i64,
        most: usize,
        reach: i64,
    ) -> Result<(Vec<(Entry, Seal)>, Option<i64>), StoreFault> {
        let mut found = Vec::new();
        if !filter.subjects.is_empty() {
            // A record's entries are few and have an index of their own.
            for subject in &filter.subjects {
                found.extend(self.store.entries_about(subject, i64::MAX).await?);
            }
            found.retain(|(entry, _)| entry.seq < before && filter.fits(entry));
            found.sort_by_key(|(entry, _)| std::cmp::Reverse(entry.seq));
            let more = found.len() > most;
            found.truncate(most);
            let older = found.last().filter(|_| more).map(|(entry, _)| entry.seq);
            return Ok((found, older));
        }
        let mut top = before;
        let end = (before - reach).max(1);
        while top > end {
            let from = (top - 1 - STEP).max(0);
            let entries = self.store.entries(from, top - 1 - from).await?;
            for (entry, hash) in entries.into_iter().rev() {
                if filter.is_past(&entry) {
                    return Ok((found, None));
                }
                top = entry.seq;
                if filter.fits(&entry) {
                    found.push((entry, hash));
                    if found.len() == most {
                        return Ok((found, (top > 1).then_some(top)));
                    }
                }
            }
            top = from + 1;
        }
        Ok((found, (top > 1).then_some(top)))
    }

    pub(super) async fn journal_page(&self, by: &Visitor, ask: &JournalAsk) -> Answer<JournalPage> {
        self.permit(by, Errand::JournalRead, Target::default())?;
        let (head, filter, faults) = {
            let mirror = self.read();
            let (filter, faults) = Filter::read(&mirror, ask);
            (mirror.head, filter, faults)
        };
        let before = ask.before.parse().unwrap_or(head.seq + 1);
        let (entries, older) = if faults.is_empty() {
            self.found(&filter, before, PAGE, REACH).await.map_err(broken)?
        } else {
            (vec![], None)
        };
        let mirror = self.read();
        Ok(JournalPage {
            lines: entries.iter().map(|(entry, hash)| line(&mirror, entry, *hash)).collect(),
            older,
            faults,
            head: (head.seq, head.hash.to_string()),
        })
    }

    /// What was found, oldest first, as a file.
    ///
    /// # Errors
    ///
    /// [`ApiError`] when the visitor may not, or what is looked for makes no sense.
    pub async fn journal_export(
        &self,
        by: &Visitor,
        ask: &JournalAsk,
        format: Format,
    ) -> Answer<String> {
        self.permit(by, Errand::JournalRead, Target::default())?;
        let (head, filter, faults) = {
            let mirror = self.read();
            let (filter, faults) = Filter::read(&mirror, ask);
            (mirror.head, filter, faults)
        };
        if !faults.is_empty() {
            return Err(ApiError::NotFound);
        }
        let found = self.found(&filter, head.seq + 1, EXPORT, i64::MAX / 2).await;
        let (mut entries, older) = found.map_err(broken)?;
        if older.is_some() {
            // A file that silently lacks its beginning would be taken for the whole.
            return Err(ApiError::TooMuch { most: EXPORT });
        }
        entries.reverse();
        match format {
            Format::Lines => lines(&entries),
            Format::Table => Ok(table(&self.read(), &entries)),
        }
    }
}

/// `{"entry":…,"hash":…}` a line. The entry is a text: its bytes are what is hashed.
fn lines(entries: &[(Entry, Seal)]) -> Answer<String> {
    let mut out = String::new();
    for (entry, hash) in entries {
        let text = pool::canon::to_canonical(entry).map_err(|e| broken(e.into()))?;
        let row = serde_json::json!({ "entry": text, "hash": hash.to_string() });
        let _ = writeln!(out, "{row}");
    }
    Ok(out)
}

/// Comma-separated (RFC 4180) with a byte-order mark, without which office programs
/// take Chinese for something else.
fn table(mirror: &Mirror, entries: &[(Entry, Seal)]) -> String {
    let mut out = String::from("\u{feff}编号,时间,发生时间,经办,岗位,事项,对象,说明,依据,散列\r\n");
    for (entry, hash) in entries {
        let cells = [
            entry.seq.to_string(),
            entry.at.stamp(),
            entry.happened.map(|at| at.stamp()).unwrap_or_default(),
            who(mirror, entry.account.as_ref()),
            entry.role.name().to_owned(),
            entry.errand.name().to_owned(),
            entry.subject.clone(),
            entry.note.clone().unwrap_or_default(),
            entry.rules.join(" "),
            hash.to_string(),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        let _ = write!(out, "{}\r\n", cells.join(","));
    }
    out
}

/// A cell. One that a spreadsheet would take for a formula is led by an apostrophe.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let safe = if formula { format!("'{cell}") } else { cell.to_owned() };
    format!("\"{}\"", safe.replace('"', "\"\""))
}

/// A record as people call it; its key where nobody has a name for it.
fn about(mirror: &Mirror, subject: &str) -> String {
    let (table, key) = subject.split_once(':').unwrap_or((subject, ""));
    let firm = |key: &str| {
        mirror.contractors.get(key).map_or_else(|| key.to_owned(), |c| c.shown_name().to_owned())
    };
    let name = match table {
        "emergency" => mirror.emergencies.get(key).map(|e| e.number.clone()),
        "dispatch" => mirror.dispatches.get(key).map(|d| d.number.clone()),
        "selection" => {
            mirror.selections.get(key).map(|s| format!("{} 第 {} 次选队", s.case, s.round))
        }
        "contractor" => Some(format!("企业 {}", firm(key))),
        "team" => mirror
            .teams
            .get(key)
            .map(|t| format!("队伍 {} {}", firm(t.contractor.as_str()), t.name)),
        "membership" => mirror
            .memberships
            .get(key)
            .map(|m| format!("入库 {} {}", firm(m.contractor.as_str()), m.category.name())),
        "account" => mirror.accounts.get(key).map(|a| format!("账号 {}", a.login)),
        "org" => mirror.orgs.get(key).map(|o| format!("单位 {}", o.name)),
        "publication" => Some(format!("公示 {key}")),
        "day_head" => Some(format!("当日链头 {key}")),
        // Their keys say nothing to anybody.
        "attachment" => Some("文件".to_owned()),
        "draft" => Some("表单草稿".to_owned()),
        "notice" => Some("通知".to_owned()),
        "session" => Some("登录会话".to_owned()),
        _ => None,
    };
    name.unwrap_or_else(|| subject.to_owned())
}

fn line(mirror: &Mirror, entry: &Entry, hash: Seal) -> JournalLine {
    let actor = who(mirror, entry.account.as_ref());
    JournalLine {
        about: about(mirror, &entry.subject),
        seq: entry.seq,
        at: entry.at,
        happened: entry.happened,
        who: if actor.is_empty() { entry.role.name().to_owned() } else { actor },
        errand: entry.errand.name().into(),
        subject: entry.subject.clone(),
        note: entry.note.clone().unwrap_or_default(),
        rules: entry.rules.clone(),
        changes: entry
            .changes
            .iter()
            .map(|c| {
                let fields = c
                    .fields
                    .keys()
                    .map(|path| if path.is_empty() { "新建".into() } else { path.clone() });
                (format!("{}:{} 第 {} 版", c.table.name(), c.key, c.version), fields.collect())
            })
            .collect(),
        hash: hash.to_string()[..16].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_cell_is_no_formula_and_ends_where_it_ends() {
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
        assert_eq!(quoted("他说\"好\""), "\"他说\"\"好\"\"\"");
        assert_eq!(quoted("险〔2026〕"), "\"险〔2026〕\"");
    }
}
