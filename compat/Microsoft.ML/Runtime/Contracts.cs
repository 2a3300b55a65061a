using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>
/// The exceptions that this library throws, by what they mean: a bad argument (even null or empty text) is out of range,
/// a wrong state is an invalid operation, a file that can't be understood is a format error. All are marked.
/// </summary>
internal static class Contracts
{
    private const string Mark = "ML_IsMarked";

    /// <summary>Whether this library made the exception.</summary>
    public static bool IsMarked(this Exception exception) => exception.Data.Contains(Mark);

    public static Exception Except(string message) => Process(null, new InvalidOperationException(message));

    public static Exception Except(Exception inner, string message) => Process(null, new InvalidOperationException(message, inner));

    public static Exception Except(this IExceptionContext? ctx, string message) => Process(ctx, new InvalidOperationException(message));

    public static Exception ExceptParam(string paramName, string message) =>
        Process(null, new ArgumentOutOfRangeException(paramName, message));

    public static Exception ExceptParam(this IExceptionContext? ctx, string paramName, string message) =>
        Process(ctx, new ArgumentOutOfRangeException(paramName, message));

    public static Exception ExceptValue(string paramName) => Process(null, new ArgumentNullException(paramName));

    public static Exception ExceptValue(this IExceptionContext? ctx, string paramName) =>
        Process(ctx, new ArgumentNullException(paramName));

    public static Exception ExceptDecode() => Process(null, new FormatException());

    public static Exception ExceptDecode(string message) => Process(null, new FormatException(message));

    public static Exception ExceptDecode(Exception? inner, string message) => Process(null, new FormatException(message, inner));

    public static Exception ExceptDecode(this IExceptionContext? ctx, string message) => Process(ctx, new FormatException(message));

    public static Exception ExceptDecode(this IExceptionContext? ctx, Exception inner, string message) =>
        Process(ctx, new FormatException(message, inner));

    public static Exception ExceptIO(this IExceptionContext? ctx, Exception inner, string message) =>
        Process(ctx, new IOException(message, inner));

    public static Exception ExceptNotSupp(string message) => Process(null, new NotSupportedException(message));

    /// <summary>A column of some role ("label", "input") isn't there.</summary>
    public static Exception ExceptSchemaMismatch(this IExceptionContext? ctx, string paramName, string columnRole, string columnName) =>
        ctx.ExceptParam(paramName, $"Could not find {columnRole} column '{columnName}'");

    /// <summary>A column of some role has another type.</summary>
    public static Exception ExceptSchemaMismatch(
        this IExceptionContext? ctx, string paramName, string columnRole, string columnName, string expectedType, string actualType) =>
        ctx.ExceptParam(paramName, $"Schema mismatch for {columnRole} column '{columnName}': expected {expectedType}, got {actualType}");

    public static void Check([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
            throw Except(message);
    }

    public static void Check(this IExceptionContext? ctx, [DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
            throw ctx.Except(message);
    }

    public static void Check(this IExceptionContext? ctx, [DoesNotReturnIf(false)] bool condition)
    {
        if (!condition)
            throw Process(ctx, new InvalidOperationException());
    }

    public static void CheckParam([DoesNotReturnIf(false)] bool condition, string paramName, string message)
    {
        if (!condition)
            throw ExceptParam(paramName, message);
    }

    public static void CheckParam(this IExceptionContext? ctx, [DoesNotReturnIf(false)] bool condition, string paramName, string message)
    {
        if (!condition)
            throw ctx.ExceptParam(paramName, message);
    }

    public static void CheckUserArg(this IExceptionContext? ctx, [DoesNotReturnIf(false)] bool condition, string name, string message) =>
        ctx.CheckParam(condition, name, message);

    public static void CheckValue<T>([NotNull] T? value, string paramName) where T : class
    {
        if (value is null)
            throw ExceptValue(paramName);
    }

    public static void CheckValue<T>(this IExceptionContext? ctx, [NotNull] T? value, string paramName) where T : class
    {
        if (value is null)
            throw ctx.ExceptValue(paramName);
    }

    public static void CheckNonEmpty([NotNull] string? text, string paramName)
    {
        if (string.IsNullOrEmpty(text))
            throw ExceptParam(paramName, $"{paramName} cannot be null or empty");
    }

    public static void CheckNonEmpty(this IExceptionContext? ctx, [NotNull] string? text, string paramName)
    {
        if (string.IsNullOrEmpty(text))
            throw ctx.ExceptParam(paramName, $"{paramName} cannot be null or empty");
    }

    public static void CheckNonWhiteSpace(this IExceptionContext? ctx, [NotNull] string? text, string paramName)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw ctx.ExceptParam(paramName, $"{paramName} cannot be null or white space");
    }

    public static void CheckDecode(this IExceptionContext? ctx, [DoesNotReturnIf(false)] bool condition)
    {
        if (!condition)
            throw Process(ctx, new FormatException());
    }

    public static void CheckDecode(this IExceptionContext? ctx, [DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
            throw ctx.ExceptDecode(message);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Exception Process<TException>(IExceptionContext? ctx, TException exception) where TException : Exception
    {
        exception.Data[Mark] = 1;
        return ctx is null ? exception : ctx.Process(exception);
    }
}
