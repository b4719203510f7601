/// The version of Sinter.
package let sinterVersion = "0.1.0"
