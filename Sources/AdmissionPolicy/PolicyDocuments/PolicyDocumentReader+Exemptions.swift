import KubernetesAPI

extension PolicyDocumentReader {
    /// Reads `exempt`; invalid entries are reported and left out.
    mutating func readExemptions(_ member: ManifestNode.Member?) -> Exemptions {
        guard let member,
            let fields = PolicyFields<ExemptField>(
                member.value,
                name: member.key,
                at: member.keyPosition,
                reportingTo: &diagnostics
            )
        else { return Exemptions() }
        var exemptions = Exemptions()
        exemptions.users = readEntries(fields[.users], of: .users)
        exemptions.groups = readEntries(fields[.groups], of: .groups)
        exemptions.serviceAccounts = readEntries(fields[.serviceAccounts], of: .serviceAccounts)
        exemptions.runtimeClasses = readEntries(fields[.runtimeClasses], of: .runtimeClasses)
        return exemptions
    }

    private mutating func readEntries(_ member: ManifestNode.Member?, of field: ExemptField) -> [String] {
        guard let member, let texts = diagnostics.strings(member.value, field: "exempt.\(field.rawValue)") else { return [] }
        var firstPositions: [[UInt8]: Position] = [:]
        var entries: [String] = []
        for text in texts {
            if let problem = Self.problem(with: text.value, in: field) {
                diagnostics.report(.exemption(problem), at: text.position, suggestion: Self.entry(meantBy: text.value, in: field))
            } else if let first = firstPositions[Array(text.value.utf8)] {
                let what = PolicyProblem.What.duplicateEntry(text.value, field: "exempt.\(field.rawValue)", first: first)
                diagnostics.report(what, at: text.position)
            } else {
                firstPositions[Array(text.value.utf8)] = text.position
                entries.append(text.value)
            }
        }
        return entries
    }

    /// Finds the problem of an entry; `nil` if the entry is valid.
    ///
    /// The first check finds entries that would exempt everyone, in any spelling.
    private static func problem(with entry: String, in field: ExemptField) -> ExemptionProblem? {
        let name = field.rawValue
        if Everyone.isCovered(by: entry, in: field) { return .coversEveryone(entry, field: name) }
        let hasBlankOrHidden = entry.unicodeScalars.contains { scalar in
            scalar.properties.isWhitespace || [.control, .format].contains(scalar.properties.generalCategory)
        }
        if entry.isEmpty || hasBlankOrHidden { return .invalidName(entry, field: name) }
        if entry.utf8.contains(where: { $0 == NamePattern.star || $0 == UInt8(ascii: "?") }) { return .glob(entry, field: name) }
        switch field {
        case .users, .groups: return nil
        case .runtimeClasses:
            return NameFault.first(in: entry, of: .subdomain, isPattern: false) == nil ? nil : .invalidName(entry, field: name)
        case .serviceAccounts:
            let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
            let isAccount =
                parts.count == 2 && NameFault.first(in: String(parts[0]), isPattern: false) == nil
                && NameFault.first(in: String(parts[1]), of: .subdomain, isPattern: false) == nil
            return isAccount ? nil : .notAServiceAccount(entry)
        }
    }

    /// Suggests `namespace:name` for the user name of a service account, which is the form of entries in `serviceAccounts`.
    private static func entry(meantBy text: String, in field: ExemptField) -> String? {
        let prefix = Exemptions.serviceAccountPrefix
        guard field == .serviceAccounts, text.beginsWithBytes(of: prefix), !Everyone.isCovered(by: text, in: field) else { return nil }
        let account = String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        return problem(with: account, in: field) == nil ? account : nil
    }
}
