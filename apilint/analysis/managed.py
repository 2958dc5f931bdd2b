"""Names of what the server sets, and of what decides what a user may do."""

from __future__ import annotations

# Words joined, as `created_at`, `createdAt` and `created-at` give them.
_MANAGED = frozenset(
    "createdat createdate createtime createdtime createdon creationdate creationtime creationtimestamp"
    " datecreated createdby creatorid updatedat updatedate updatetime updatedtime updatedon updatedby"
    " modifiedat modifieddate modifiedtime modifiedon modifiedby lastmodified lastmodifiedat lastmodifieddate"
    " lastmodifiedby lastupdated lastupdatedat lastupdatedby dateupdated datemodified deletedat deletedon"
    " deletedby isdeleted emailverified isemailverified phoneverified isverified verifiedat lastlogin"
    " lastloginat lastloggedinat passwordchangedat balance accountbalance".split()
)
_PRIVILEGES = frozenset(
    "role roleid rolename userrole isadmin isadministrator admin issuperuser superuser isstaff isroot"
    " issuperadmin superadmin isowner permission privilege accesslevel usertype userpermission emailverified"
    " isverified verified isapproved ispremium credit creditlimit balance accountbalance".split()
)


def is_managed(words: tuple[str, ...]) -> bool:
    """Whether a property of this name is set by the server: when and by whom something was made, what it is worth."""
    return "".join(words) in _MANAGED


def is_identity(words: tuple[str, ...]) -> bool:
    """Whether a property of this name identifies the object that has it."""
    return words in (("id",), ("uuid",), ("guid",))


def is_privilege(words: tuple[str, ...]) -> bool:
    """Whether a property of this name decides what a user may do, or has to pay."""
    return "".join(words) in _PRIVILEGES
