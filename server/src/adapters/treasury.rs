//! From the treasury (国库集中支付, 财政一体化): what it has paid for contracts, taken over page
//! by page (`feed`), so that bills are paid on the register without anybody typing it.

use super::feed::{FeedFault, HttpFeed, Intake, Odd, Page, Polled, Taken, read};
use crate::site::Site;
use crate::store::{Changes, Kept, Mirror, StoreFault};
use async_trait::async_trait;
use model::{BasisPoints, Errand, Moment, Money};
use policies::bond::tight;
use policies::contract::{Contract, Mismatch, Serials, TreasuryPayment, match_payment};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// Key of the one record that says how far the feed was taken.
pub const FEED: &str = "treasury";

/// Says what it has paid.
#[async_trait]
pub trait Treasury: Send + Sync {
    /// Payments after `cursor` in the treasury's own order; the first page for an empty one.
    ///
    /// # Errors
    ///
    /// [`FeedFault`]; nothing is taken then, and the same cursor is asked again.
    async fn paid(&self, cursor: &str, limit: usize) -> Result<Page, FeedFault>;
}

/// A payment as the treasury writes it: amounts in 元, not in 万元 as elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// 支付流水号
    pub serial: String,
    /// 合同编号, `HT-2026-000001`
    pub contract: String,
    /// The place of the bill among the contract's, where the treasury knows it.
    #[serde(default)]
    pub bill: Option<u32>,
    /// 收款人全称
    pub payee: String,
    /// 支付金额, in 元, as a decimal text.
    pub amount: String,
    /// 支付日期, `2026-07-18`
    pub paid: String,
}

impl Sent {
    /// The payment, or why it can't be read.
    ///
    /// # Errors
    ///
    /// In words, for whoever looks after the connection.
    pub fn read(self) -> Result<TreasuryPayment, String> {
        let serial = text("流水号", &self.serial, 60)?;
        let contract = text("合同编号", &self.contract, 40)?;
        let payee = text("收款人", &self.payee, 80)?;
        let amount = Money::parse_yuan(&self.amount)
            .ok()
            .filter(|amount| *amount > Money::ZERO)
            .ok_or_else(|| format!("支付金额 {} 不是金额", self.amount))?;
        let day = self.paid.trim();
        let day = day.parse().map_err(|_| format!("支付日期 {day} 不是日期"))?;
        let (serial, contract) = (tight(&serial), tight(&contract));
        Ok(TreasuryPayment { serial, contract, bill: self.bill, payee, amount, day })
    }
}

/// A text that says something, is not endless and has nothing in it that can't be seen.
fn text(name: &str, raw: &str, most: usize) -> Result<String, String> {
    let text = raw.trim();
    match text.chars().count() {
        0 => Err(format!("没有{name}")),
        long if long > most => Err(format!("{name}超过 {most} 字")),
        _ if text.chars().any(char::is_control) => Err(format!("{name}含控制字符")),
        _ => Ok(text.to_owned()),
    }
}

/// The treasury over HTTP.
pub struct HttpTreasury(HttpFeed);

impl HttpTreasury {
    /// The treasury at `url`, which is shown `key`.
    ///
    /// # Errors
    ///
    /// When the machine's TLS set-up can't be used.
    pub fn new(url: String, key: String) -> Result<Self, reqwest::Error> {
        HttpFeed::new(url, key).map(Self)
    }
}

#[async_trait]
impl Treasury for HttpTreasury {
    async fn paid(&self, cursor: &str, limit: usize) -> Result<Page, FeedFault> {
        self.0.page(cursor, limit).await
    }
}

/// For demonstrations: at first some payments that answer to nothing, and never any news.
pub struct DemoTreasury(Vec<Sent>);

impl DemoTreasury {
    /// One for a contract of another register, and one of a sum that is no bill's.
    pub fn beside(site: &Site) -> Self {
        let today = site.now().day();
        let head = format!("ZF{}", today.to_string().replace('-', ""));
        let elsewhere = Sent {
            serial: format!("{head}01"),
            contract: "CG-2025-0417".into(),
            payee: "广元市嘉陵印务有限公司".into(),
            amount: "48600.00".into(),
            paid: today.to_string(),
            ..Sent::default()
        };
        let mirror = site.read();
        let billed = mirror.contracts.iter().filter_map(|contract| {
            let open = contract.bills.iter().rfind(|bill| bill.paid.is_none())?;
            Some((contract, open))
        });
        let newest = billed.max_by_key(|(contract, _)| contract.number.clone());
        let short = newest.map(|(contract, bill)| {
            // Less than was billed: somebody has to say what became of the rest.
            let amount = bill.amount.share_floor(BasisPoints(9_700));
            Sent {
                serial: format!("{head}02"),
                contract: contract.number.clone(),
                bill: Some(bill.n),
                payee: contract.firm.name.clone(),
                amount: amount.to_string(),
                paid: today.to_string(),
            }
        });
        Self([elsewhere].into_iter().chain(short).collect())
    }
}

#[async_trait]
impl Treasury for DemoTreasury {
    async fn paid(&self, cursor: &str, _: usize) -> Result<Page, FeedFault> {
        if !cursor.is_empty() {
            return Ok(Page { next: cursor.to_owned(), ..Page::default() });
        }
        let items = self.0.iter().filter_map(|sent| serde_json::to_value(sent).ok()).collect();
        Ok(Page { items, next: "demo".into(), more: false })
    }
}

/// The serials under which bills stand as paid.
pub(crate) fn serials(mirror: &Mirror) -> Serials {
    Serials::of(mirror.contracts.iter().map(|contract| &*contract.value))
}

/// What the payments of a page do to the register, before it is written.
struct Book<'a> {
    mirror: &'a Mirror,
    /// With those of this page.
    serials: Serials,
    /// Contracts by key: as they were read, and as they become.
    next: BTreeMap<&'a str, (&'a Kept<Contract>, Contract)>,
    paid: usize,
}

impl<'a> Book<'a> {
    fn open(mirror: &'a Mirror) -> Self {
        Self { mirror, serials: serials(mirror), next: BTreeMap::new(), paid: 0 }
    }

    fn contract(&self, number: &str) -> Option<&'a Kept<Contract>> {
        let id = self.mirror.contract_numbers.get(number)?;
        self.mirror.contracts.get(id.as_str())
    }

    /// Marks the bill of a payment; one that stands already changes nothing.
    fn enter(&mut self, payment: &TreasuryPayment, now: Moment) -> Result<(), Mismatch> {
        if self.serials.know(payment)? {
            return Ok(());
        }
        let none = || Mismatch::NoContract(payment.contract.clone());
        let seen = self.contract(&payment.contract).ok_or_else(none)?;
        let key = seen.value.id.as_str();
        // Another payment of this page may have changed it.
        let contract = self.next.get(key).map_or(&*seen.value, |(_, next)| next);
        let matched = match_payment(contract, payment, now.day())?;
        let next = matched.paid(contract, payment, now);
        self.serials.note(&payment.serial, &next, matched.n, payment.amount);
        self.next.insert(key, (seen, next));
        self.paid += 1;
        Ok(())
    }
}

/// What the treasury says, as bills that are paid.
struct Payments<'a>(&'a dyn Treasury);

#[async_trait]
impl Intake for Payments<'_> {
    fn key(&self) -> &'static str {
        FEED
    }

    fn errand(&self) -> Errand {
        Errand::TreasuryRead
    }

    async fn page(&self, cursor: &str, limit: usize) -> Result<Page, FeedFault> {
        self.0.paid(cursor, limit).await
    }

    fn take(&self, site: &Site, items: Vec<Value>, now: Moment) -> Result<Taken, StoreFault> {
        let mirror = site.read();
        let mut book = Book::open(&mirror);
        let mut refused = Vec::new();
        for item in items {
            let (name, sent) = read::<Sent>(&item, "serial");
            let (why, again) = match sent.and_then(Sent::read) {
                Ok(payment) => match book.enter(&payment, now) {
                    Ok(()) => continue,
                    Err(why) => (why.words(), why.may_pass(&payment)),
                },
                Err(why) => (why, false),
            };
            refused.push(Odd { item, name, why, again });
        }
        let mut changes = Changes::new();
        for (seen, next) in book.next.into_values() {
            changes.update(seen, &next)?;
        }
        let note = format!("接收国库支付 {} 笔，未能对上 {} 笔", book.paid, refused.len());
        Ok(Taken { changes, refused, note })
    }
}

impl Site {
    /// Takes over one page.
    ///
    /// # Errors
    ///
    /// [`StoreFault`] when it can't be written; the cursor stays then.
    pub async fn poll_treasury(&self, treasury: &dyn Treasury) -> Result<Polled, StoreFault> {
        self.poll_feed(&Payments(treasury)).await
    }

    /// Takes over what is new, every so often; waits longer while it fails.
    pub async fn follow_treasury(self, treasury: &dyn Treasury, every: Duration) {
        self.follow_feed(&Payments(treasury), every).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_treasury_writes_is_read_exactly_or_refused_with_the_reason() {
        let sent = || Sent {
            serial: " GK2026 0718-1 ".into(),
            contract: "HT-2026-000001".into(),
            bill: None,
            payee: "四川甲建设有限公司".into(),
            amount: "1,205,000.5".into(),
            paid: "2026-07-18".into(),
        };
        let payment = sent().read().expect("a payment");
        assert_eq!(payment.serial, "GK20260718-1");
        // In 元, to the fen.
        assert_eq!(payment.amount, Money::from_fen(120_500_050));
        for (sent, why) in [
            (Sent { serial: " ".into(), ..sent() }, "没有流水号"),
            (Sent { serial: "7".repeat(61), ..sent() }, "流水号超过 60 字"),
            (Sent { contract: String::new(), ..sent() }, "没有合同编号"),
            (Sent { payee: "甲\u{7}公司".into(), ..sent() }, "收款人含控制字符"),
            (Sent { amount: "0.00".into(), ..sent() }, "支付金额 0.00 不是金额"),
            (Sent { amount: "-1".into(), ..sent() }, "支付金额 -1 不是金额"),
            (Sent { amount: "1.005".into(), ..sent() }, "支付金额 1.005 不是金额"),
            (Sent { paid: "2026-02-30".into(), ..sent() }, "支付日期 2026-02-30 不是日期"),
        ] {
            assert_eq!(sent.read(), Err(why.to_owned()));
        }
    }
}
