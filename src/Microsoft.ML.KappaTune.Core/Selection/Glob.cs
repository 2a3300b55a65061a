using System.IO.Enumeration;

namespace Microsoft.ML.KappaTune.Selection;

/// <summary>Patterns of tensor names: <c>*</c> for any characters, <c>?</c> for one, everything else for itself.</summary>
internal static class Glob
{
    /// <summary>Whether the pattern matches the whole name or, for a part of a stack, the name with the expert's number.</summary>
    public static bool Matches(string pattern, ScannedMatrix matrix) =>
        Matches(pattern, matrix.Name) || (matrix.IsStacked && Matches(pattern, matrix.Id));

    private static bool Matches(string pattern, string name) =>
        // The file system's matcher, which treats a backslash as an escape: none here.
        FileSystemName.MatchesSimpleExpression(pattern.Replace(@"\", @"\\"), name, ignoreCase: false);
}
