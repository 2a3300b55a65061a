namespace Microsoft.ML.Runtime;

/// <summary>What is at work when an exception is thrown.</summary>
public interface IExceptionContext
{
    /// <summary>A description of what is at work.</summary>
    string ContextDescription { get; }

    /// <summary>Sees an exception before it's thrown; gives what to throw.</summary>
    TException Process<TException>(TException ex) where TException : Exception;
}
