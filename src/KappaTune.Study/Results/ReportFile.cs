using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Scanning;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>A file that a report can be made of.</summary>
public static class ReportFile
{
    /// <summary>Loads the scan or the comparison that a JSON file is; the other is null.</summary>
    /// <exception cref="FormatException">The file is neither; the message says what it is, where it can tell, and what to do.</exception>
    public static (ScanReport? Scan, ComparisonResult? Comparison) Load(string path) =>
        DocumentKind.Find(path) == DocumentKind.Comparison
            ? (null, ComparisonJson.Load(path))
            : (ScanJson.Load(path, DocumentKind.Comparison), null);
}
