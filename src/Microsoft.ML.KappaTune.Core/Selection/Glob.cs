using System.IO.Enumeration;

namespace Microsoft.ML.KappaTune.Selection;

/// <summary>Patterns of tensor names: <c>*</c> for any characters, <c>?</c> for one, everything else for itself.</summary>
internal static class Glob
{
    /// <summary>
    /// Whether the pattern matches the whole name or, for an expert of a stack or a part of a fused tensor, the matrix's own.
    /// </summary>
    public static bool Matches(string pattern, ScannedMatrix matrix) =>
        Matches(pattern, matrix.Name) || (!matrix.Slice.IsWhole && Matches(pattern, matrix.Id));

    private static bool Matches(string pattern, string name) =>
        // The file system's matcher, which treats a backslash as an escape: none here.
        FileSystemName.MatchesSimpleExpression(pattern.Replace(@"\", @"\\"), name, ignoreCase: false);
}
