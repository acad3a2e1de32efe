"""Every route of the application, and which right it asks for: the table that tests/api/test_rights_walk.py walks.

What a route is about says how it answers who may not:
  anybody   nobody needs to sign in
  session   the browser's own sign-in; a program has none
  signed_in whoever is signed in
  anywhere  403 without the act in any unit; what is told is of one's own tree alone
  unit      403 without the act in the unit that the request names
  record    404 to who may not read it; 403 to who may read it and not do the act
  case      404 to who may not open cases of its record; 403 to who may, and not do the act
  batch     404 to who may not do the act there
  user, client: 403 without the act; 404 outside one's tree
  run       404 to everybody but who began it
"""

TABLE = """
GET    /healthz                                         anybody
GET    /readyz                                          anybody
GET    /metrics                                         anybody
GET    /api/v1/openapi.json                             anybody
GET    /api/v1/problems/{reason}                        anybody
POST   /api/v1/session                                  anybody
GET    /api/v1/session                                  session
DELETE /api/v1/session                                  session
POST   /api/v1/session/password                         session
POST   /api/v1/session/totp                             session
POST   /api/v1/session/totp/enrolment                   session
POST   /api/v1/session/totp/confirmation                session
POST   /api/v1/session/recovery-codes                   session
GET    /api/v1/session/oidc                             anybody
GET    /api/v1/session/oidc/callback                    anybody
GET    /api/v1/me                                       signed_in

GET    /api/v1/records                                  anywhere   read
GET    /api/v1/records/{record}                         record     read
GET    /api/v1/records/{record}/history                 record     read
GET    /api/v1/records/{record}/endings                 record     read
GET    /api/v1/records/{record}/scans                   record     read
GET    /api/v1/records/{record}/original                record     read
GET    /api/v1/records/{record}/files/{number}          record     read
GET    /api/v1/records/{record}/pdf                     record     read
GET    /api/v1/records/{record}/pages/{page}/image      record     read
GET    /api/v1/records/{record}/pages/{page}/thumbnail  record     read
GET    /api/v1/records/{record}/pages/{page}/words      record     read
POST   /api/v1/records/{record}/notes                   record     note
POST   /api/v1/records/{record}/fields/{field}/correct  record     correct
POST   /api/v1/records/{record}/fields/{field}/confirm  record     confirm
POST   /api/v1/records/{record}/proposals/{proposal}/{decision} record correct
POST   /api/v1/records/{record}/resubmit                record     correct
PUT    /api/v1/records/{record}/scan                    record     replace
POST   /api/v1/records/{record}/approve                 record     approve
POST   /api/v1/records/{record}/return                  record     return
POST   /api/v1/records/{record}/release                 record     release
POST   /api/v1/records/{record}/hide                    record     release
POST   /api/v1/records/{record}/revoke                  record     end
POST   /api/v1/records/{record}/supersede               record     end
POST   /api/v1/records/{record}/reinstate               record     end
POST   /api/v1/records/{record}/withdraw                record     end
POST   /api/v1/search                                   anywhere   read
GET    /api/v1/search/suggestions                       anywhere   read
POST   /api/v1/search/export                            anywhere   export
POST   /api/v1/persons/search                           anywhere   find_person
POST   /api/v1/bulk/approvals                           anywhere   approve
POST   /api/v1/bulk/corrections                         anywhere   correct
GET    /api/v1/bulk/{run}                               run

GET    /api/v1/batches                                  anywhere   figures
GET    /api/v1/batches/{batch}                          batch      figures
GET    /api/v1/batches/{batch}/items                    batch      take_in
GET    /api/v1/batches/{batch}/problems                 batch      take_in
GET    /api/v1/reports/progress                         anywhere   figures
GET    /api/v1/queue                                    anywhere   figures

GET    /api/v1/cases                                    anywhere   open_case
POST   /api/v1/cases                                    record     open_case
GET    /api/v1/cases/{case}                             case       open_case
POST   /api/v1/cases/{case}/decision                    case       decide_case
GET    /api/v1/cases/{case}/reply.pdf                   case       open_case

GET    /api/v1/users                                    anywhere   manage_accounts
POST   /api/v1/users                                    unit       manage_accounts
GET    /api/v1/users/{login}                            user       manage_accounts
POST   /api/v1/users/{login}/reset                      user       manage_accounts
PUT    /api/v1/users/{login}/state                      user       manage_accounts
POST   /api/v1/users/{login}/posts                      user       manage_accounts
DELETE /api/v1/users/{login}/posts/{post}               user       manage_accounts
GET    /api/v1/clients                                  anywhere   manage_clients
POST   /api/v1/clients                                  unit       manage_clients
POST   /api/v1/clients/{name}/rotation                  client     manage_clients
DELETE /api/v1/clients/{name}                           client     manage_clients
GET    /api/v1/custody-moves                            anywhere   move_custody
POST   /api/v1/custody-moves                            unit       move_custody
POST   /api/v1/custody-moves/count                      unit       move_custody

GET    /api/v1/audit                                    anywhere   audit
GET    /api/v1/audit/head                               anywhere   audit
POST   /api/v1/audit/checks                             anywhere   audit
POST   /api/v1/audit/trails                             anywhere   audit
"""
