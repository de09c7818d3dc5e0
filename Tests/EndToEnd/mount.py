"""A folder that changes as a mounted ConfigMap or Secret does."""

import os
import pathlib
import shutil


class Mount:
    """Publishes all files at once by swapping a link, in the order of the kubelet."""

    def __init__(self, folder, files):
        self.path = pathlib.Path(folder)
        self.path.mkdir()
        self.generation = 0
        self.publish(files)

    def publish(self, files):
        """Replaces all files by these (name to bytes)."""
        self.generation += 1
        content = f"..2027_{self.generation}"
        (self.path / content).mkdir()
        for name, data in files.items():
            (self.path / content / name).write_bytes(data)
        old = self.path / "..data"
        removed = os.readlink(old) if old.is_symlink() else None
        os.symlink(content, self.path / "..data_tmp")
        os.rename(self.path / "..data_tmp", old)
        for name in files:
            if not (self.path / name).is_symlink():
                os.symlink(f"..data/{name}", self.path / name)
        for path in self.path.iterdir():
            if not path.name.startswith("..") and path.name not in files:
                path.unlink()
        if removed:
            shutil.rmtree(self.path / removed)

    def __str__(self):
        return str(self.path)
