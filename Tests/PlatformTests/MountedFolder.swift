import Foundation

/// A folder like a mounted ConfigMap, in which all files change at once when a link gets another target.
///
/// A class because it owns the folder and removes it.
final class MountedFolder {
    let path: String
    private var generation = 0

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "mounted-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a plain file.
    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path + "/" + name))
    }

    /// Makes a symbolic link.
    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }

    /// Replaces all files, in the same order as kubelet; keeps the old ones unless they are to be removed.
    func publish(_ files: [String: String], linking: Bool = true, removingOld: Bool = false) throws {
        let old = try? FileManager.default.destinationOfSymbolicLink(atPath: path + "/..data")
        generation += 1
        let folder = "..2027_01_01_\(generation)"
        try FileManager.default.createDirectory(atPath: path + "/" + folder, withIntermediateDirectories: false)
        for (name, text) in files { try write(text, to: folder + "/" + name) }
        try link("..data_tmp", to: folder)
        guard unsafe rename(path + "/..data_tmp", path + "/..data") == 0 else { throw CocoaError(.fileWriteUnknown) }
        for name in files.keys where linking && !FileManager.default.fileExists(atPath: path + "/" + name) {
            try link(name, to: "..data/" + name)
        }
        if removingOld, let old { try FileManager.default.removeItem(atPath: path + "/" + old) }
    }
}
