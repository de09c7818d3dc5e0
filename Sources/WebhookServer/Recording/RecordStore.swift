import FileSystem

/// Where records are kept; tests put their own in its place.
protocol RecordStore: Sendable {
    /// What is called by its name in messages.
    var path: String { get }

    /// The files that are there.
    func files() throws(FileError) -> [PrivateDirectory.File]

    /// Puts a file in the place of one of that name.
    func replace(_ name: String, with bytes: [UInt8]) throws(FileError)

    /// Removes a file.
    func remove(_ name: String)
}

extension PrivateDirectory: RecordStore {}
