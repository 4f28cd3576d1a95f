//! What an issuer says of a guarantee (保函、保单) when its own service is asked, held against
//! what was entered. What fits in everything is verified by that; what does not is for a person
//! to decide.

use super::given::{plain, tight};
use super::{Bond, Piece, PieceAct, PieceState, Refusal, Verification, What};
use model::{Day, Moment, Money};
use serde::{Deserialize, Serialize};

/// What is written down when an issuer knows no guarantee of that number.
pub const NO_SUCH: &str = "无此保函";
/// The longest number or name that is read, in characters.
const LONGEST: usize = 120;
/// By how much an amount is off that was written in the other unit.
const YUAN_IN_WAN: i64 = 10_000;

/// What came of asking an issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// When it was asked.
    pub at: Moment,
    /// What does not fit, in words; nothing when all does.
    pub differs: Vec<String>,
}

/// How a guarantee stands, as its issuer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// It is good.
    Valid,
    /// It was taken back.
    Cancelled,
    /// It is over.
    Expired,
    /// It was called in.
    Claimed,
}

impl Validity {
    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "有效",
            Self::Cancelled => "已注销",
            Self::Expired => "已到期",
            Self::Claimed => "已索赔",
        }
    }
}

/// What an issuer's service says of a guarantee, as it comes: the amount in 万元, the fee in 元,
/// both as decimal texts. What else comes with it is not looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ToldForm {
    /// 编号
    pub number: String,
    /// 开立机构
    pub issuer: String,
    /// 申请人
    pub applicant: String,
    /// 受益人
    pub beneficiary: String,
    /// 金额, in 万元.
    pub amount_wan: String,
    /// 费用, in 元, where the issuer tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee_yuan: Option<String>,
    /// The first day, `2026-07-01`.
    pub from: String,
    /// The last day.
    pub until: String,
    /// `valid`, `cancelled`, `expired` or `claimed`.
    pub state: String,
}

/// The same in exact types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its number.
    pub number: String,
    /// Who stands for it.
    pub issuer: String,
    /// For whom.
    pub applicant: String,
    /// In whose favour.
    pub beneficiary: String,
    /// How much.
    pub amount: Money,
    /// What it costs; nobody has to tell.
    pub fee: Option<Money>,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub until: Day,
    /// How it stands.
    pub validity: Validity,
}

impl ToldForm {
    /// Reads it. An answer that says something else than was agreed on says nothing: it is
    /// neither consent nor a difference.
    ///
    /// # Errors
    ///
    /// In words, for whoever looks after the connection.
    pub fn read(&self) -> Result<Told, String> {
        let amount = Money::parse_wan(&self.amount_wan)
            .map_err(|_| format!("金额“{}”不是以万元计的金额", short(&self.amount_wan)))?;
        let fee = match self.fee_yuan.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(fee) => Some(
                Money::parse_yuan(fee)
                    .map_err(|_| format!("费用“{}”不是以元计的金额", short(fee)))?,
            ),
        };
        let (from, until) = (day("生效日", &self.from)?, day("到期日", &self.until)?);
        if until < from {
            return Err(format!("到期日 {until} 早于生效日 {from}"));
        }
        let validity = match self.state.trim() {
            "valid" => Validity::Valid,
            "cancelled" => Validity::Cancelled,
            "expired" => Validity::Expired,
            "claimed" => Validity::Claimed,
            other => return Err(format!("状态“{}”不在约定之内", short(other))),
        };
        Ok(Told {
            number: text("编号", &self.number)?,
            issuer: text("开立机构", &self.issuer)?,
            applicant: text("申请人", &self.applicant)?,
            beneficiary: text("受益人", &self.beneficiary)?,
            amount,
            fee,
            from,
            until,
            validity,
        })
    }
}

fn text(what: &str, raw: &str) -> Result<String, String> {
    let text = raw.trim();
    match text.chars().count() {
        0 => Err(format!("缺少{what}")),
        n if n > LONGEST => Err(format!("{what}过长")),
        _ => Ok(text.to_owned()),
    }
}

fn day(what: &str, raw: &str) -> Result<Day, String> {
    raw.trim().parse().map_err(|_| format!("{what}“{}”不是日期", short(raw)))
}

/// The beginning of what somebody else wrote, for a log.
fn short(text: &str) -> String {
    text.trim().chars().take(40).collect()
}

impl Told {
    /// What an issuer has to say for all to fit; none for what is no guarantee. No fee where
    /// none was entered: it may be left blank.
    pub fn of(bond: &Bond, piece: &Piece) -> Option<Self> {
        let What::Guarantee(guarantee) = &piece.what else { return None };
        Some(Self {
            number: guarantee.number.clone(),
            issuer: guarantee.issuer.clone(),
            applicant: bond.firm.name.clone(),
            beneficiary: guarantee.beneficiary.clone(),
            amount: piece.amount,
            fee: (guarantee.fee > Money::ZERO).then_some(guarantee.fee),
            from: piece.from,
            until: piece.until?,
            validity: Validity::Valid,
        })
    }
}

/// Something in which an issuer does not say what was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differs {
    /// In what.
    pub what: &'static str,
    /// What was entered.
    pub entered: String,
    /// What its issuer says.
    pub issuer: String,
    /// One is ten thousand times the other: 万元 and 元 may have been mixed up.
    pub mixed: bool,
}

impl Differs {
    /// In Chinese, both sides.
    pub fn words(&self) -> String {
        let Self { what, entered, issuer, .. } = self;
        let mixed = if self.mixed { "，可能把万元与元弄混" } else { "" };
        format!("{what}：登记 {entered}，开立机构 {issuer}{mixed}")
    }
}

/// Where what an issuer says of a piece does not fit what was entered; nothing when all does.
///
/// The amount is the whole, before claims. A longer time fits, a shorter one does not. That it
/// was called in fits where a claim was entered.
pub fn compare(bond: &Bond, piece: &Piece, told: &Told) -> Vec<Differs> {
    let Some(entered) = Told::of(bond, piece) else {
        return other("形式", false, piece.form.name(), "保函").into_iter().collect();
    };
    // Both what was typed and whom the bond is for: an old entry may say two things.
    let favoured = [&entered.beneficiary, &bond.owner_name];
    let favoured = favoured.into_iter().find(|name| plain(name) != plain(&told.beneficiary));
    let stands = match told.validity {
        Validity::Valid => true,
        Validity::Claimed => !piece.claims.is_empty(),
        Validity::Cancelled | Validity::Expired => false,
    };
    let fees = entered.fee.zip(told.fee);
    let found = [
        other("编号", tight(&entered.number) == tight(&told.number), &entered.number, &told.number),
        name("开立机构", &entered.issuer, &told.issuer),
        name("申请人", &entered.applicant, &told.applicant),
        favoured.and_then(|favoured| name("受益人", favoured, &told.beneficiary)),
        sum("金额", entered.amount, told.amount),
        fees.and_then(|(entered, told)| sum("费用", entered, told)),
        other("生效日", told.from <= entered.from, entered.from, told.from),
        other("到期日", told.until >= entered.until, entered.until, told.until),
        other("状态", stands, entered.validity.name(), told.validity.name()),
    ];
    found.into_iter().flatten().collect()
}

fn other(
    what: &'static str,
    fits: bool,
    entered: impl ToString,
    issuer: impl ToString,
) -> Option<Differs> {
    let (entered, issuer) = (entered.to_string(), issuer.to_string());
    (!fits).then_some(Differs { what, entered, issuer, mixed: false })
}

fn name(what: &'static str, entered: &str, issuer: &str) -> Option<Differs> {
    other(what, plain(entered) == plain(issuer), entered, issuer)
}

fn sum(what: &'static str, entered: Money, issuer: Money) -> Option<Differs> {
    let times = |more: Money, less: Money| less.fen().checked_mul(YUAN_IN_WAN) == Some(more.fen());
    let mixed = times(entered, issuer) || times(issuer, entered);
    let differs = other(what, entered == issuer, format!("{entered} 元"), format!("{issuer} 元"));
    differs.map(|differs| Differs { mixed, ..differs })
}

impl Bond {
    /// What a piece's issuer said at `at` is written down. What fits in everything is verified
    /// by that, where nobody has looked yet; what does not stays where it is, and a person
    /// decides.
    ///
    /// # Errors
    ///
    /// [`Refusal`]; the bond stays as it is then.
    pub fn vouch(&mut self, n: u32, at: Moment, differs: Vec<String>) -> Result<(), Refusal> {
        let verifies = self.piece(n)?.state == PieceState::Offered && differs.is_empty();
        if verifies {
            self.step(n, PieceAct::Verify, at.day())?;
        }
        for piece in self.pieces.iter_mut().filter(|piece| piece.n == n) {
            if verifies {
                let note = "开立机构接口核验一致".into();
                piece.verified = Some(Verification { at, by: None, note });
            }
            piece.checked = Some(Checked { at, differs: differs.clone() });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Claim, Guarantee, Need, On, Party};
    use super::*;
    use model::{BondForm, BondKind, District, Medium};

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn at() -> Moment {
        Moment::at(day("2026-07-18"), 9, 0)
    }

    fn wan(text: &str) -> Money {
        Money::parse_wan(text).expect("an amount")
    }

    /// A bond of 20 万元 with one guarantee.
    fn bond() -> Bond {
        let guarantee = Guarantee {
            number: "BH-1".into(),
            issuer: "某银行（广元）分行".into(),
            beneficiary: "市水务集团".into(),
            medium: Medium::Electronic,
            fee: Money::from_fen(5_000),
        };
        Bond {
            id: "bz-1".parse().expect("a key"),
            number: "BZ-2026-0001".into(),
            kind: BondKind::Performance,
            owner: "yz-1".parse().expect("a key"),
            owner_name: "市水务集团".into(),
            district: District::Lizhou,
            firm: Party {
                org: None,
                name: "四川甲（水务）建设有限公司".into(),
                uscc: "91510802MA62500A9R".parse().expect("a code"),
            },
            on: On::Contract { contract: "ht-1".parse().expect("a key"), title: "管道".into() },
            most: wan("20"),
            reduced: vec![],
            law: "x".into(),
            basis: None,
            needs: vec![Need { from: day("2026-07-18"), amount: wan("20") }],
            pieces: vec![Piece {
                n: 1,
                form: BondForm::Bank,
                amount: wan("20"),
                from: day("2026-07-18"),
                until: Some(day("2026-10-01")),
                what: What::Guarantee(guarantee),
                state: PieceState::Offered,
                verified: None,
                claims: vec![],
                asked: None,
                gone: None,
                entered: at(),
                by: None,
                checked: None,
            }],
            hold: None,
            verdict: None,
            applications: vec![],
            warned: vec![],
            entered: at(),
            by: "a-1".parse().expect("a key"),
        }
    }

    /// What the service of its issuer says when all fits.
    fn form() -> ToldForm {
        ToldForm {
            number: "BH-1".into(),
            issuer: "某银行(广元)分行".into(),
            applicant: "四川甲(水务) 建设有限公司".into(),
            beneficiary: "市水务集团".into(),
            amount_wan: "20".into(),
            fee_yuan: Some("50".into()),
            from: "2026-07-01".into(),
            until: "2026-10-01".into(),
            state: "valid".into(),
        }
    }

    fn words(bond: &Bond, told: &ToldForm) -> Vec<String> {
        let told = told.read().expect("readable");
        compare(bond, &bond.pieces[0], &told).iter().map(Differs::words).collect()
    }

    #[test]
    fn each_side_is_said_where_they_differ() {
        for (told, differs) in [
            (form(), ""),
            (ToldForm { number: " BH- 1".into(), ..form() }, ""),
            (ToldForm { fee_yuan: None, ..form() }, ""),
            (ToldForm { until: "2027-01-01".into(), ..form() }, ""),
            (ToldForm { number: "BH-2".into(), ..form() }, "编号：登记 BH-1，开立机构 BH-2"),
            (
                ToldForm { issuer: "别家银行".into(), ..form() },
                "开立机构：登记 某银行（广元）分行，开立机构 别家银行",
            ),
            (
                ToldForm { applicant: "四川乙建设有限公司".into(), ..form() },
                "申请人：登记 四川甲（水务）建设有限公司，开立机构 四川乙建设有限公司",
            ),
            (
                ToldForm { beneficiary: "市交投集团".into(), ..form() },
                "受益人：登记 市水务集团，开立机构 市交投集团",
            ),
            (
                ToldForm { amount_wan: "19.5".into(), ..form() },
                "金额：登记 200,000.00 元，开立机构 195,000.00 元",
            ),
            (
                ToldForm { from: "2026-07-19".into(), ..form() },
                "生效日：登记 2026-07-18，开立机构 2026-07-19",
            ),
            (
                ToldForm { until: "2026-09-30".into(), ..form() },
                "到期日：登记 2026-10-01，开立机构 2026-09-30",
            ),
            (ToldForm { state: "cancelled".into(), ..form() }, "状态：登记 有效，开立机构 已注销"),
            (ToldForm { state: "expired".into(), ..form() }, "状态：登记 有效，开立机构 已到期"),
            (ToldForm { state: "claimed".into(), ..form() }, "状态：登记 有效，开立机构 已索赔"),
        ] {
            assert_eq!(words(&bond(), &told).join("；"), differs, "{told:?}");
        }
    }

    /// Amounts are in 万元 and fees in 元; whoever mixes them up is off by ten thousand.
    #[test]
    fn wan_and_yuan_mixed_up_is_told() {
        let mixed = "，可能把万元与元弄混";
        for (amount, said) in [
            ("200000", "金额：登记 200,000.00 元，开立机构 2,000,000,000.00 元"),
            ("0.002", "金额：登记 200,000.00 元，开立机构 20.00 元"),
        ] {
            let told = ToldForm { amount_wan: amount.into(), ..form() };
            assert_eq!(words(&bond(), &told), [format!("{said}{mixed}")]);
        }
        let fee = ToldForm { fee_yuan: Some("500000".into()), ..form() };
        let said = "费用：登记 50.00 元，开立机构 500,000.00 元";
        assert_eq!(words(&bond(), &fee), [format!("{said}{mixed}")]);
        let other = ToldForm { fee_yuan: Some("60".into()), ..form() };
        assert_eq!(words(&bond(), &other), ["费用：登记 50.00 元，开立机构 60.00 元"]);
    }

    /// A fee may be left blank; whom the bond is for, and what was claimed, count as well.
    #[test]
    fn what_was_entered_is_more_than_the_form() {
        let mut blank = bond();
        let What::Guarantee(guarantee) = &mut blank.pieces[0].what else { panic!("a guarantee") };
        guarantee.fee = Money::ZERO;
        assert_eq!(words(&blank, &form()), [""; 0]);
        let other = Bond { owner_name: "市交投集团".into(), ..bond() };
        assert_eq!(words(&other, &form()), ["受益人：登记 市交投集团，开立机构 市水务集团"]);
        let mut claimed = bond();
        let by = "a-1".parse().expect("a key");
        let claim = Claim {
            on: day("2026-08-01"),
            amount: wan("1"),
            reason: "x".into(),
            by,
            confirmed: None,
        };
        claimed.pieces[0].claims.push(claim);
        assert_eq!(words(&claimed, &ToldForm { state: "claimed".into(), ..form() }), [""; 0]);
    }

    /// An answer that can't be read is no consent, and no difference either.
    #[test]
    fn what_can_not_be_read_says_nothing() {
        for (told, why) in [
            (ToldForm { amount_wan: "二十".into(), ..form() }, "金额“二十”不是以万元计的金额"),
            (ToldForm { amount_wan: "-20".into(), ..form() }, "金额“-20”不是以万元计的金额"),
            (ToldForm { fee_yuan: Some("0.001".into()), ..form() }, "费用“0.001”不是以元计的金额"),
            (ToldForm { from: "2026-7-1".into(), ..form() }, "生效日“2026-7-1”不是日期"),
            (ToldForm { until: String::new(), ..form() }, "到期日“”不是日期"),
            (
                ToldForm { until: "2026-06-30".into(), ..form() },
                "到期日 2026-06-30 早于生效日 2026-07-01",
            ),
            (ToldForm { state: "ok".into(), ..form() }, "状态“ok”不在约定之内"),
            (ToldForm { applicant: " ".into(), ..form() }, "缺少申请人"),
            (ToldForm { number: "1".repeat(121), ..form() }, "编号过长"),
        ] {
            assert_eq!(told.read(), Err(why.to_owned()));
        }
        assert!(ToldForm::default().read().is_err());
    }

    #[test]
    fn what_fits_is_verified_and_what_does_not_waits_for_a_person() {
        let mut fits = bond();
        assert!(fits.pieces[0].is_unasked());
        fits.vouch(1, at(), vec![]).expect("written");
        let piece = &fits.pieces[0];
        assert_eq!((piece.state, piece.is_unasked()), (PieceState::Held, false));
        assert!(piece.verified.as_ref().is_some_and(|found| found.by.is_none()));

        let mut differs = bond();
        differs.vouch(1, at(), vec![NO_SUCH.into()]).expect("written");
        let piece = &differs.pieces[0];
        assert_eq!((piece.state, piece.is_unasked()), (PieceState::Offered, false));
        assert_eq!(piece.verified, None);
        differs.step(1, PieceAct::Refuse, at().day()).expect("a person may still refuse it");

        // A longer time is asked about anew, and who verified it first stays.
        let found = fits.pieces[0].verified.clone();
        fits.extend(1, day("2026-12-31"), at().day()).expect("longer");
        assert!(fits.pieces[0].is_unasked());
        fits.vouch(1, at().plus(model::Minutes(1)), vec!["到期日".into()]).expect("written");
        assert_eq!(fits.pieces[0].verified, found);
        assert_eq!(fits.pieces[0].state, PieceState::Held);
        assert_eq!(fits.vouch(2, at(), vec![]), Err(Refusal::NoPiece { n: 2 }));
    }
}
