"""Who lives in the demo: constituents, organisations, caseworkers and cases, as tables."""
# ruff: noqa: E501  # a table is read by its columns

from dataclasses import dataclass

MP = "Eleanor Whitcombe"
OFFICE = "office@whitcombe-mp.example"
SERVER = "mx.whitcombe-mp.example"  # what our mail server calls itself in its verdicts


@dataclass(frozen=True, slots=True)
class Person:
    """A constituent, as the office's register has them, or a writer it has never heard of."""

    key: str
    name: str
    email: str
    phone: str
    street: str
    postcode: str

    @property
    def bare_name(self) -> str:
        """The name without its title, as people sign."""
        return self.name.partition(" ")[2]


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation letters go to. `wait` is what it promises; "" promises nothing."""

    key: str
    name: str
    kind: str
    domain: str
    wait: str
    aliases: str


@dataclass(frozen=True, slots=True)
class Matter:
    """A case in the office's list when the demo begins. `person` is a constituent's key."""

    key: str
    title: str
    person: str
    worker: str
    state: str
    sensitive: str
    tags: str


@dataclass(frozen=True, slots=True)
class Worker:
    """A caseworker, with the list their tasks go to."""

    key: str
    name: str
    email: str
    task_list: str


def _cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")] for row in table.strip().splitlines()]


_CONSTITUENTS = """
rahman    | Mrs Amina Rahman     | amina.rahman@home.example     | 07700 900101 | 12 Elm Court            | ZE4 1AB
osei      | Mr Kwame Osei        | kwame.osei@post.example       | 07700 900102 | 3 Weaver Street         | ZE4 1AD
doyle     | Miss Margaret Doyle  | margaret.doyle@home.example   | 01632 960103 | 8 Chapel Row            | ZE4 2AE
fletcher  | Mr Harold Fletcher   | hfletcher@inbox.example       | 01632 960104 | 41 Northgate            | ZE4 2AF
singh     | Mr Gurpreet Singh    | gurpreet.singh@post.example   | 07700 900105 | 17 Tannery Lane         | ZE4 3AG
novak     | Ms Jana Nováková     | jana.novakova@inbox.example   | 07700 900106 | 5 Station Road          | ZE4 3AH
whitfield | Mr Alan Whitfield    | alan.whitfield@home.example   | 01632 960107 | Mill Beck Cottage       | ZE5 1AJ
green     | Ms Laura Green       | laura.green@post.example      | 07700 900108 | Flat 2, 60 Canal Street | ZE5 1AL
bennett   | Mrs Claire Bennett   | claire.bennett@inbox.example  | 07700 900109 | 22 Orchard Way          | ZE5 2AN
ionescu   | Mr Mihai Ionescu     | mihai.ionescu@post.example    | 07700 900110 | 9 Foundry Close         | ZE5 2AP
campbell  | Mrs Fiona Campbell   | fiona.campbell@home.example   | 07700 900111 | High Fold Farm          | ZE5 3AQ
marsh     | Mrs Eileen Marsh     | eileen.marsh@home.example     | 01632 960112 | 1 Almshouse Yard        | ZE5 3AR
price     | Mr David Price       | david.price@inbox.example     | 07700 900113 | 30 Station Road         | ZE6 1AS
pryce     | Miss Rhiannon Pryce  | rhiannon.pryce@post.example   | 07700 900114 | 14 Lock Keeper's Row    | ZE6 1AT
nguyen    | Ms Linh Nguyen       | linh.nguyen@inbox.example     | 07700 900115 | 77 Canal Street         | ZE6 2AU
hartley-t | Mr Thomas Hartley    | hartleys@home.example         | 01632 960116 | 6 Beacon View           | ZE6 2AW
hartley-j | Mrs Joan Hartley     | hartleys@home.example         | 01632 960116 | 6 Beacon View           | ZE6 2AW
zelenko   | Ms Олена Зеленко     | olena.z@post.example          | 07700 900118 | 19 Weaver Street        | ZE6 3AX
tanaka    | Mr Hiroshi Tanaka    | h.tanaka@inbox.example        | 07700 900119 | 2 Priory Gardens        | ZE6 3AY
oconnor   | Mrs Siobhán O'Connor | siobhan.oconnor@home.example  | 07700 900120 | 55 Northgate            | ZE7 1AZ
ahmed     | Mr Bilal Ahmed       | bilal.ahmed@post.example      | 07700 900121 | 4 Tannery Lane          | ZE7 1BA
barker    | Mrs Susan Barker     | susan.barker@home.example     | 01632 960122 | 10 Orchard Way          | ZE7 2BB
clarke    | Mr Peter Clarke      | peter.clarke@inbox.example    | 07700 900123 | 31 Chapel Row           | ZE7 2BD
davies    | Ms Carys Davies      | carys.davies@post.example     | 07700 900124 | 18 Beacon View          | ZE7 3BE
edwards   | Mr Martin Edwards    | martin.edwards@home.example   | 07700 900125 | 7 Foundry Close         | ZE7 3BG
foster    | Mrs Helen Foster     | helen.foster@inbox.example    | 01632 960126 | 62 Weaver Street        | ZE8 1BH
grant     | Mr Andrew Grant      | andrew.grant@post.example     | 07700 900127 | 15 Priory Gardens       | ZE8 1BJ
hussain   | Mrs Nadia Hussain    | nadia.hussain@home.example    | 07700 900128 | 28 Tannery Lane         | ZE8 2BL
irving    | Mr Neil Irving       | neil.irving@inbox.example     | 07700 900129 | 11 Mill Lane            | ZE8 2BN
jackson   | Ms Denise Jackson    | denise.jackson@post.example   | 07700 900130 | 36 Station Road         | ZE8 3BP
kaur      | Mrs Harpreet Kaur    | harpreet.kaur@home.example    | 07700 900131 | 20 Elm Court            | ZE4 1BQ
lambert   | Mr George Lambert    | george.lambert@inbox.example  | 01632 960132 | 3 Church Steps          | ZE9 1BR
murphy    | Ms Aoife Murphy      | aoife.murphy@post.example     | 07700 900133 | 48 Northgate            | ZE9 1BS
naylor    | Mr Colin Naylor      | colin.naylor@home.example     | 07700 900134 | 5 Mill Lane             | ZE9 2BT
okoro     | Mrs Ngozi Okoro      | ngozi.okoro@inbox.example     | 07700 900135 | 13 Lock Keeper's Row    | ZE9 2BU
patel     | Mr Rakesh Patel      | rakesh.patel@post.example     | 07700 900136 | 90 Northgate            | ZE9 3BW
quinn     | Ms Bernadette Quinn  | b.quinn@home.example          | 01632 960137 | 24 Chapel Row           | ZE9 3BX
reid      | Mr Callum Reid       | callum.reid@inbox.example     | 07700 900138 | 2 Beacon View           | ZE4 2BY
shaw      | Mrs Pauline Shaw     | pauline.shaw@post.example     | 01632 960139 | 39 Orchard Way          | ZE4 2BZ
turner    | Mr Joseph Turner     | joseph.turner@home.example    | 07700 900140 | 16 Foundry Close        | ZE5 1DA
underwood | Ms Grace Underwood   | grace.underwood@inbox.example | 07700 900141 | 71 Weaver Street        | ZE5 1DB
vaughan   | Mr Owen Vaughan      | owen.vaughan@post.example     | 07700 900142 | 9 Priory Gardens        | ZE5 2DD
walker    | Mrs Judith Walker    | judith.walker@home.example    | 01632 960143 | 27 Mill Lane            | ZE5 2DE
yates     | Mr Stephen Yates     | stephen.yates@inbox.example   | 07700 900144 | 4 Church Steps          | ZE6 1DF
zaman     | Ms Farah Zaman       | farah.zaman@post.example      | 07700 900145 | 33 Tannery Lane         | ZE6 1DG
abbott    | Mrs Rosemary Abbott  | rosemary.abbott@home.example  | 01632 960146 | The Old Forge           | ZE6 2DH
bailey    | Mr Kevin Bailey      | kevin.bailey@inbox.example    | 07700 900147 | 52 Station Road         | ZE7 1DJ
carter    | Ms Julie Carter      | julie.carter@post.example     | 07700 900148 | 21 Chapel Row           | ZE7 1DL
dixon     | Mr Raymond Dixon     | raymond.dixon@home.example    | 01632 960149 | 8 Almshouse Yard        | ZE7 2DN
ellis     | Mrs Catherine Ellis  | catherine.ellis@inbox.example | 07700 900150 | 45 Orchard Way          | ZE7 3DP
farrow    | Mr Simon Farrow      | simon.farrow@post.example     | 07700 900151 | 12 Beacon View          | ZE8 1DQ
gibson    | Ms Teresa Gibson     | teresa.gibson@home.example    | 07700 900152 | 6 Foundry Close         | ZE8 2DR
hayes     | Mr Dominic Hayes     | dominic.hayes@inbox.example   | 07700 900153 | 83 Northgate            | ZE8 3DS
islam     | Mrs Shirin Islam     | shirin.islam@post.example     | 07700 900154 | 14 Elm Court            | ZE4 1DT
jenkins   | Mr Rhys Jenkins      | rhys.jenkins@home.example     | 07700 900155 | 29 Lock Keeper's Row    | ZE9 1DU
knight    | Ms Valerie Knight    | valerie.knight@inbox.example  | 01632 960156 | 3 Orchard Way           | ZE9 2DW
lowe      | Mr Barry Lowe        | barry.lowe@post.example       | 07700 900157 | 58 Weaver Street        | ZE9 3DX
mason     | Mrs Angela Mason     | angela.mason@home.example     | 07700 900158 | 37 Mill Lane            | ZE4 3DY
nash      | Mr Trevor Nash       | trevor.nash@inbox.example     | 01632 960159 | 11 Church Steps         | ZE5 3DZ
oldroyd   | Ms Hannah Oldroyd    | hannah.oldroyd@post.example   | 07700 900160 | 66 Canal Street         | ZE6 3EA
"""

_STRANGERS = """
colborne  | Mr Miles Colborne | miles.colborne@elsewhere.example | 07700 900201 | 8 Harbour Parade  | ZE9 9FA
devlin    | Ms Kirsty Devlin  | kdevlin@elsewhere.example        | 07700 900202 | 5 Quarry Bank     | ZE9 9FB
ekpo      | Mr Emeka Ekpo     | emeka.ekpo@newhere.example       | 07700 900203 | 2 Dyer's Yard     | ZE4 4FD
frost     | Mrs Marion Frost  | marion.frost@newhere.example     | 01632 960204 | 40 Beacon View    | ZE6 2FE
gallagher | Mr Sean Gallagher | sgallagher@newhere.example       | 07700 900205 | 19 Mill Lane      | ZE8 2FG
hoang     | Ms Hoàng Thị Mai  | mai.hoang@newhere.example        | 07700 900206 | 23 Canal Street   | ZE6 2FH
ingham    | Mr Leonard Ingham | leonard@elsewhere.example        | 01632 960207 | 1 Saddler's Court | ZE5 1FJ
jarvis    | Ms Tracy Jarvis   | tracyj@newhere.example           | 07700 900208 | 75 Northgate      | ZE9 1FL
kovacs    | Mr Péter Kovács   | peter.kovacs@newhere.example     | 07700 900209 | 10 Foundry Close  | ZE5 2FN
leach     | Mrs Brenda Leach  | brendaleach@elsewhere.example    | 01632 960210 | 50 Chapel Row     | ZE7 2FP
"""

_BODIES = """
council  | Northmoor Council          | council    | northmoor.gov.example         |                 | Northmoor Borough Council, NBC
county   | Ridgeway County Council    | council    | ridgeway-cc.gov.example       | 20 working days | Ridgeway CC
visas    | Home Affairs Office        | department | homeaffairs.gov.example       | 20 working days | Visas and Borders
benefits | Department for Benefits    | department | benefits.gov.example          | 20 working days | DfB
revenue  | Revenue Office             | department | revenue.gov.example           | 20 working days | The Revenue
vehicles | Vehicle Licensing Agency   | agency     | vehicles.gov.example          | 15 working days | VLA
hospital | Northmoor General Hospital | nhs        | northmoor-general.nhs.example | 25 working days | Northmoor General
police   | Ridgeway Constabulary      | police     | ridgeway-police.example       | 28 days         | Ridgeway Police
homes    | Ashdown Homes              | housing    | ashdown-homes.example         | 10 working days | Ashdown Housing Association
energy   | Brightspark Energy         | energy     | brightspark.example           | 14 days         | Brightspark
water    | Moorland Water             | water      | moorland-water.example        | 10 working days | Moorland
trains   | Crosspeak Trains           | rail       | crosspeak-trains.example      | 4 weeks         | Crosspeak
"""

_WORKERS = """
sam    | Sam Okafor   | sam.okafor@whitcombe-mp.example   | Sam
bethan | Bethan Lloyd | bethan.lloyd@whitcombe-mp.example | Bethan
imran  | Imran Aziz   | imran.aziz@whitcombe-mp.example   | Imran
"""

_MATTERS = """
damp     | Rahman, Amina – damp and mould at Elm Court       | rahman    | sam    | open   | no  | Housing
visa     | Osei, Kwame – visa for his wife                   | osei      | imran  | open   | no  | Immigration
pip      | Doyle, Margaret – PIP appeal                      | doyle     | bethan | open   | no  | Benefits
hip      | Fletcher, Harold – cancelled hip operation        | fletcher  | bethan | open   | no  | NHS and health
meter    | Singh, Gurpreet – smart meter bill                | singh     | sam    | open   | no  | Energy and bills
permit   | Singh, Gurpreet – parking permit                  | singh     | sam    | open   | no  | Transport and roads
burglary | Nováková, Jana – burglary that nobody looked into | novak     | imran  | open   | no  | Crime and policing
sewage   | Whitfield, Alan – raw sewage by the footbridge    | whitfield | sam    | open   | no  | Environment
rehouse  | Green, Laura – move to a safe address             | green     | bethan | open   | yes | Housing
tax      | Bennett, Claire – wrong tax code                  | bennett   | bethan | open   | no  | Tax and HMRC
licence  | Ionescu, Mihai – driving licence renewal          | ionescu   | imran  | open   | no  | Transport and roads
school   | Campbell, Fiona – school transport from High Fold | campbell  | imran  | open   | no  | Education and SEND
ramp     | Marsh, Eileen – ramp at Northmoor station         | marsh     | sam    | open   | no  | Transport and roads
bins     | Price, David – bins in Station Road               | price     | sam    | closed | no  | Council tax and services
"""

CONSTITUENTS = {row[0]: Person(*row) for row in _cells(_CONSTITUENTS)}
STRANGERS = {row[0]: Person(*row) for row in _cells(_STRANGERS)}
PEOPLE = CONSTITUENTS | STRANGERS
BODIES = {row[0]: Body(*row) for row in _cells(_BODIES)}
WORKERS = {row[0]: Worker(*row) for row in _cells(_WORKERS)}
MATTERS = {row[0]: Matter(*row) for row in _cells(_MATTERS)}

# Cases that caseworkers open while the demo runs, by making a folder with this name.
PRYCE = "Pryce, Rhiannon – council tax for a flat she has left"
NGUYEN = "Nguyen, Linh – eviction from Canal Street"
OPENED = {"pryce": PRYCE, "eviction": NGUYEN}


def external_id(kind: str, key: str) -> str:
    """An id as another program's list would have it.

    >>> external_id("C", "osei"), external_id("CASE-", "visa")
    ('C1002', 'CASE-1002')
    """
    keys = list(CONSTITUENTS if kind == "C" else MATTERS)
    return f"{kind}{1001 + keys.index(key)}"
