"""Results of the Treasury's auctions of bills, notes, bonds, TIPS and floating-rate notes."""

from orchestration.tables.raw_table import Absence, Column, RawTable

_DOLLARS = "bigint"
_RATE = "decimal(9, 6)"


def _amount(name: str, description: str) -> Column:
    return Column(name, _DOLLARS, description, unit="dollars")


def _rate(name: str, description: str) -> Column:
    return Column(name, _RATE, description, unit="per cent")


TABLE = RawTable(
    name="treasury_auctions",
    about="auction results of Treasury securities",
    grain="security (CUSIP), auction date and vintage; values that are all null were retracted",
    sources=("treasurydirect",),
    series=(Column("security_type", "varchar", "`Bill`, `Note`, `Bond`, `TIPS`, `FRN` or `CMB`."),),
    period=Column("auction_date", "date", "The day of the auction."),
    keys=(Column("cusip", "varchar", "The security. A reopening sells a CUSIP again."),),
    values=(
        Column("security_term", "varchar", "Time to maturity as printed: `10-Year`, `9-Year 10-Month`, `13-Week`."),
        Column("original_security_term", "varchar", "The term at the first auction of this CUSIP."),
        Column("reopening", "varchar", "`Yes` if the CUSIP was sold before, else `No`."),
        Column("announcement_date", "date", "The day on which the auction was announced."),
        Column("issue_date", "date", "The day on which buyers pay and get the securities."),
        Column("maturity_date", "date", "The day on which the Treasury pays back."),
        _amount("offering_amount", "Offered to the public; without what the Federal Reserve rolls over."),
        _amount("total_tendered", "All bids, with noncompetitive bids and the Federal Reserve's."),
        _amount("total_accepted", "All bids that were filled, with noncompetitive bids and the Federal Reserve's."),
        _amount("competitive_tendered", "Competitive bids."),
        _amount("competitive_accepted", "Competitive bids that were filled."),
        _amount("noncompetitive_accepted", "Noncompetitive bids of the public."),
        _amount("fima_noncompetitive_accepted", "Noncompetitive bids of foreign official accounts at the Fed."),
        _amount("soma_accepted", "What the Federal Reserve rolled over, in addition to the offering."),
        _amount("primary_dealer_tendered", "Competitive bids of primary dealers for themselves."),
        _amount("primary_dealer_accepted", "Those that were filled."),
        _amount("direct_bidder_tendered", "Competitive bids of other bidders, sent directly."),
        _amount("direct_bidder_accepted", "Those that were filled."),
        _amount("indirect_bidder_tendered", "Competitive bids through a dealer or the New York Fed."),
        _amount("indirect_bidder_accepted", "Those that were filled."),
        Column("bid_to_cover_ratio", _RATE, "Bids for each dollar sold, without the Federal Reserve's.", unit="ratio"),
        _rate("high_yield", "The highest yield that was accepted: notes, bonds and TIPS."),
        _rate("average_median_yield", "Half of the accepted bids were at or below this yield."),
        _rate("low_yield", "The lowest yield that was bid and accepted."),
        _rate("high_discount_rate", "The highest discount rate that was accepted: bills."),
        _rate("average_median_discount_rate", "Half of the accepted bids were at or below this discount rate."),
        _rate("high_investment_rate", "The yield of a bill at the highest discount rate, comparable with coupons."),
        _rate("high_discount_margin", "The highest margin that was accepted: floating-rate notes."),
        _rate("interest_rate", "The coupon."),
        Column("price_per_100", "decimal(12, 6)", "What buyers pay for 100 dollars of face value.", unit="dollars"),
        _rate("allocation_percentage", "The part of the bids at the highest rate that was filled."),
    ),
    absence=Absence.RETRACTION,
    licence="public_domain",
    may_be_redistributed=True,
    summary_label="Auctions",
)
