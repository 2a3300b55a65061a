using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Data;

/// <summary>Calls a generic method with type arguments that are known at run time only: once a getter, never once a row.</summary>
internal static class Generic
{
    /// <summary>Calls the method behind <paramref name="method"/>, given with any type arguments, with <paramref name="type"/> instead.</summary>
    public static TResult Invoke<TResult>(Delegate method, Type type, params object?[] arguments) =>
        Invoke<TResult>(method, [type], arguments);

    /// <inheritdoc cref="Invoke{TResult}(Delegate, Type, object[])"/>
    public static TResult Invoke<TResult>(Delegate method, Type[] types, params object?[] arguments)
    {
        MethodInfo generic = method.Method.GetGenericMethodDefinition().MakeGenericMethod(types);
        try
        {
            return (TResult)generic.Invoke(method.Target, arguments)!;
        }
        catch (TargetInvocationException error) when (error.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(error.InnerException);
            throw;
        }
    }
}
