import Platform

/// Directories of Helm charts, whose templates are no manifests before Helm has rendered them.
package enum HelmChart {
    /// The file that makes a directory a chart.
    static let fileName = "Chart.yaml"
    /// The directories of a chart whose files are rendered with it.
    private static let renderedDirectories = ["templates", "charts"]

    /// The command that renders a chart and scores the result; without a directory, its place is `DIR`.
    package static func command(rendering directory: String?) -> String {
        "helm template \(directory.map(SystemPath.display) ?? "DIR") | podscore scan -"
    }

    /// Why the files of a chart are skipped, with the command that renders it.
    package static func skipReason(of directory: String) -> String {
        "Helm chart: render it first: \(command(rendering: directory))"
    }

    /// Finds the chart that renders a file: the nearest directory above it with a `Chart.yaml`; `nil` without one.
    package static func directory(above path: String) -> String? {
        guard let absolute = try? FilePaths.absolute(path) else { return nil }
        var parts = absolute.split(separator: "/")
        var name = parts.popLast()
        var depth = 1
        while true {
            let directory = "/" + parts.joined(separator: "/")
            if (try? FileKind.ofTarget(at: directory + "/" + fileName)) == .regular {
                guard let name, renderedDirectories.contains(String(name)) else { return nil }
                return spelling(of: directory, removing: depth, from: path)
            }
            guard let part = parts.popLast() else { return nil }
            (name, depth) = (part, depth + 1)
        }
    }

    /// The directory as the path spells it, if the path contains it.
    private static func spelling(of directory: String, removing depth: Int, from path: String) -> String {
        let parts = path.split(separator: "/").filter { $0 != "." }
        guard !path.hasPrefix("/"), depth <= parts.count, !parts.contains("..") else { return directory }
        return depth == parts.count ? "." : parts.dropLast(depth).joined(separator: "/")
    }
}
