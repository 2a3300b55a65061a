using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Calls a generic method with type arguments that are known at run time only: once a getter, never once a row.</summary>
internal static class Generic
{
    /// <summary>Calls the method behind <paramref name="method"/>, given with any type arguments, with <paramref name="type"/> instead.</summary>
    public static TResult Invoke<TResult>(Delegate method, Type type, params object?[] arguments) =>
        Invoke<TResult>(method, [type], arguments);

    /// <inheritdoc cref="Invoke{TResult}(Delegate, Type, object[])"/>
    public static TResult Invoke<TResult>(Delegate method, Type[] types, params object?[] arguments) =>
        (TResult)method.Method.GetGenericMethodDefinition().MakeGenericMethod(types)
            .Invoke(method.Target, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
}
